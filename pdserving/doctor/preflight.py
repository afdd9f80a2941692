"""`python -m pdserving.doctor.preflight`: whether to install the GPU packages at all.

Only the standard library is imported here: nothing else is installed yet.
"""

import os
import platform
import sys
from collections.abc import Iterator, Sequence

from pdserving.doctor.check import Check, report
from pdserving.doctor.devices import ON_CPU, check_devices
from pdserving.hardware.gpus import version_text

OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 13)
_NEWEST_WITH_WHEEL = (3, 12)
_OWN_WHEEL, _BENCH = "--own-wheel", "--bench"
_BENCH_ON_CPU = "measure the CPU by `make bench`"
_PLATFORM = ("Linux", "x86_64")


def check_wheel(own_wheel: bool, instead: str = ON_CPU) -> Check:
    """The check whether Paddle's GPU wheel fits this interpreter and machine."""
    newest = NEWEST_PYTHON if own_wheel else _NEWEST_WITH_WHEEL
    found = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    accepted = f"Python {version_text(OLDEST_PYTHON)} to {version_text(newest)} on {' '.join(_PLATFORM)}"
    if OLDEST_PYTHON <= sys.version_info[:2] <= newest and (platform.system(), platform.machine()) == _PLATFORM:
        return Check("wheel", "ok", f"{found}; accepted: {accepted}")
    advice = f"choose it by PYTHON=, another wheel by GPU_WHEEL= and GPU_INDEX=, or {instead}"
    return Check("wheel", "missing", f"{found}; accepted: {accepted}", advice)


def checks(own_wheel: bool, instead: str) -> Iterator[Check]:
    """The checks of what must hold before anything is installed; `instead` is what to do where it does not."""
    yield check_wheel(own_wheel, instead)
    yield from check_devices(os.environ, own_wheel=own_wheel, instead=instead)


def main(arguments: Sequence[str]) -> int:
    """Print the checks, and return 0, or 1 if something is missing."""
    instead = _BENCH_ON_CPU if _BENCH in arguments else ON_CPU
    status = report(checks(_OWN_WHEEL in arguments, instead))
    if status:
        print(f"error: no GPU can be used here, and nothing was installed; {instead}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
