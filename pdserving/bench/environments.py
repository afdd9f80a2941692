"""The peers' virtual environments: made when they are first needed, kept, and made anew when their pins change."""

import subprocess
import sys
from pathlib import Path

from pdserving.bench.closed_loop import ContenderError
from pdserving.bench.processes import how_it_ended, running

_PEERS = Path(__file__).parent / "peers"
"""The requirements files of the peers. Each names all that its peer needs, so nothing is left to be resolved."""

_INSTALL_TIMEOUT_S = 900
_MARKER = "requirements.txt"


def peer_python(name: str, folder: Path, log: Path) -> Path:
    """The interpreter of a peer's environment, `folder`/`name`.

    Raises:
        ContenderError: the environment could not be made.
    """
    pins = (_PEERS / f"{name}.txt").read_text(encoding="utf-8")
    venv = folder / name
    python, marker = venv / "bin" / "python", venv / _MARKER
    if not (marker.is_file() and marker.read_text(encoding="utf-8") == pins):
        pip: list[str | Path] = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
        _run([sys.executable, "-m", "venv", "--clear", venv], log)
        _run([*pip, "-r", _PEERS / f"{name}.txt"], log)
        # Written last, so an interrupted installation is taken up again.
        marker.write_text(pins, encoding="utf-8")
    return python


def _run(command: list[str | Path], log: Path) -> None:
    with running(command, log, grace_s=5) as process:
        try:
            if process.wait(_INSTALL_TIMEOUT_S) == 0:
                return
        except subprocess.TimeoutExpired:
            raise ContenderError(f"not installed within {_INSTALL_TIMEOUT_S} s") from None
        raise ContenderError(f"not installed: {how_it_ended(process, log)}")
