"""Whether the packages that the requirements name are installed."""

import importlib.util
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pdserving.doctor.check import Check

_ROOT = Path(__file__).resolve().parents[2]
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s#]+)")
_OPENCV = "opencv-python"
_PADDLE = "paddlepaddle-gpu"
_CUDA_LIBRARY = "-cu11"  # how the names of NVIDIA's libraries for that wheel end
_TWINS = {_OPENCV: "opencv-python-headless"}
"""A package, and the one that serves in its place."""

_ON_GPU = {"paddle-serving-server": "paddle-serving-server-gpu"}


def check_packages(gpu: bool) -> Iterator[Check]:
    """The checks of what is installed against the requirements of a CPU or GPU machine, and of OpenCV's libraries."""
    command = "make serve-gpu" if gpu else "make install"
    pins = read_pins(_ROOT / "requirements.txt")
    if gpu:
        # OpenCV is the same, and is installed by itself.
        pins = {**read_pins(_ROOT / "requirements-gpu.txt"), _OPENCV: pins[_OPENCV]}
        if has_own_wheel():
            pins = {name: wanted for name, wanted in pins.items() if not name.endswith(_CUDA_LIBRARY)}
    for name, wanted in read_pins(_ROOT / "requirements-serving.txt").items():
        pins[_ON_GPU.get(name, name) if gpu else name] = wanted
    missing, other = [], []
    for name, wanted in pins.items():
        found = _version(name) or _version(_TWINS.get(name, name))
        if found is None:
            missing.append(name)
        elif found != wanted and not found.startswith(f"{wanted}.post"):
            other.append(f"{name} {found} ({wanted})")
    if missing:
        yield Check("packages", "missing", f"not installed: {', '.join(missing)}", f"run `{command}`")
    elif other:
        advice = f"run `{command}` for the versions in brackets, with which this is tested"
        yield Check("packages", "warning", f"other versions: {', '.join(other)}", advice)
    else:
        yield Check("packages", "ok", f"{len(pins)} packages have the versions of the requirements")
    yield _opencv()


def has_own_wheel() -> bool:
    """Whether another Paddle for GPUs is installed than the requirements name. It brings or names its own libraries."""
    wanted = read_pins(_ROOT / "requirements-gpu.txt")[_PADDLE]
    return _version(_PADDLE) not in (None, wanted)


def read_pins(path: Path) -> dict[str, str]:
    """The versions in a requirements file, by package."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {found[1]: found[2] for line in lines if (found := _PIN.match(line))}


def _opencv() -> Check:
    if importlib.util.find_spec("cv2") is None:
        return Check("opencv", "missing", "no module cv2", "run `make install`")
    try:
        import cv2
    except ImportError as error:
        advice = "install libGL, or opencv-python-headless of the same version; `make install` does"
        return Check("opencv", "missing", f"cv2 cannot be loaded: {error}", advice)
    return Check("opencv", "ok", f"cv2 {cv2.__version__} loads")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
