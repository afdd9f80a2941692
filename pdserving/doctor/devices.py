"""Whether the machine's GPUs fit.

Only the standard library is imported here: `make serve-gpu` asks before anything is installed.
"""

from collections.abc import Iterator, Mapping, Sequence

from pdserving.doctor.check import Check
from pdserving.hardware.gpus import (
    VISIBLE,
    Device,
    Devices,
    NoDriverError,
    Version,
    find_devices,
    version_text,
    visible_devices,
)

ON_CPU = "serve on the CPU by `make serve`"
_NEEDED_CUDA: Version = (11, 8)
"""The CUDA version of the wheel in requirements-gpu.txt."""
_OLDEST_CUDA: Version = (11, 0)
"""A driver for any CUDA 11 runs the others, except for code that is compiled when it is loaded."""
_NEEDED_CAPABILITY: Version = (7, 0)  # the wheel has code for 7.0, 7.5 and 8.0, and what runs the latter
_NEEDED_MIB = 4096


def check_devices(
    environment: Mapping[str, str], ids: Sequence[int] = (), own_wheel: bool = False, instead: str = ON_CPU
) -> Iterator[Check]:
    """The checks of the driver, its CUDA version, and each GPU's memory and compute capability.

    Args:
        environment: the service's environment.
        ids: the configured devices; without any, GPU 0 is checked.
        own_wheel: whether another wheel than that of requirements-gpu.txt is used, whose needs are not known here.
        instead: what to do without a GPU.
    """
    try:
        devices = find_devices()
    except NoDriverError as error:
        yield Check("driver", "missing", str(error), f"install NVIDIA's driver, or {instead}")
        return
    yield from judge_devices(devices, environment, ids, own_wheel, instead)


def judge_devices(
    devices: Devices, environment: Mapping[str, str], ids: Sequence[int], own_wheel: bool, instead: str = ON_CPU
) -> Iterator[Check]:
    """The checks of the GPUs that were found, as `check_devices` makes them."""
    if not devices.all:
        yield Check("driver", "missing", "nvidia-smi answers, and knows no GPU", instead)
        return
    yield Check("driver", "ok", devices.all[0].driver)
    yield _cuda(devices.cuda, own_wheel, instead)
    seen = visible_devices(devices.all, environment)
    shown = f"{VISIBLE}={environment[VISIBLE]!r} leaves" if VISIBLE in environment else "there are"
    for place in ids or (0,):
        if place < len(seen):
            yield from _device(seen[place], place, own_wheel, instead)
        else:
            accepted = f"accepted in `devices`: ids from 0 to {len(seen) - 1}" if seen else instead
            yield Check("device", "missing", f"GPU {place} is not there: {shown} {len(seen)}", accepted)


def _cuda(found: Version | None, own_wheel: bool, instead: str) -> Check:
    needed = version_text(_NEEDED_CUDA)
    if found is None:
        return Check("cuda", "warning", "the driver does not say which CUDA it runs", f"{needed} is needed")
    runs = f"the driver runs up to {version_text(found)}"
    if own_wheel:
        return Check("cuda", "ok", f"{runs}; what your wheel needs is not known here")
    if found >= _NEEDED_CUDA:
        return Check("cuda", "ok", f"{runs}; {needed} is needed")
    if found >= _OLDEST_CUDA:
        advice = f"{needed} may run; if it does not, install a newer driver"
        return Check("cuda", "warning", f"the driver is made for {version_text(found)}", advice)
    advice = f"{needed} is needed: install a newer driver, or {instead}"
    return Check("cuda", "missing", runs, advice)


def _device(device: Device, place: int, own_wheel: bool, instead: str) -> Iterator[Check]:
    capability = "unknown" if device.capability is None else version_text(device.capability)
    found = f"GPU {place}: {device.name}, compute capability {capability}, {device.free} of {device.total} MiB free"
    if device.capability is None:
        yield Check("device", "warning", found, f"{version_text(_NEEDED_CAPABILITY)} is needed")
    elif device.capability < _NEEDED_CAPABILITY and not own_wheel:
        yield Check("device", "missing", found, f"the wheel needs {version_text(_NEEDED_CAPABILITY)}; {instead}")
    elif device.total < _NEEDED_MIB:
        yield Check("device", "missing", found, f"{_NEEDED_MIB} MiB are needed; {instead}")
    elif device.free < _NEEDED_MIB:
        yield Check("device", "warning", found, f"{_NEEDED_MIB} MiB are needed: end what else runs there")
    else:
        yield Check("device", "ok", found)
