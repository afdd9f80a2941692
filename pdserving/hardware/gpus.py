"""The machine's NVIDIA GPUs, as `nvidia-smi` tells of them. Only the standard library.

`nvidia-smi` comes with the driver. A package for NVIDIA's management library would ask the same library, and could not
be there before the first installation, which is when the question matters most.
"""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_PROGRAM = "nvidia-smi"
_TIMEOUT_S = 6
VISIBLE = "CUDA_VISIBLE_DEVICES"
_QUERY = ("index", "uuid", "name", "driver_version", "memory.total", "memory.free", "compute_cap")
# Newer drivers tell the two versions of CUDA, of kernel and user mode, apart.
_CUDA = re.compile(r"CUDA (?:UMD )?Version\s*:\s*(\d+)\.(\d+)")

Version = tuple[int, int]


class NoDriverError(Exception):
    """No answer of `nvidia-smi`; the message says what was looked for and what was found."""


@dataclass(frozen=True)
class Device:
    """A GPU.

    Attributes:
        index: its number among the machine's.
        driver: the driver's version.
        total, free: its memory, in MiB.
        capability: its compute capability; None where the driver does not tell.
    """

    index: int
    uuid: str
    name: str
    driver: str
    total: int
    free: int
    capability: Version | None


@dataclass(frozen=True)
class Devices:
    """The machine's GPUs, and the newest CUDA version that their driver runs, None where it does not tell."""

    all: tuple[Device, ...]
    cuda: Version | None


def find_devices() -> Devices:
    """The machine's GPUs, as the driver tells of them.

    Raises:
        NoDriverError: there is no driver, or it gives no answer.
    """
    program = shutil.which(_PROGRAM)
    if program is None:
        raise NoDriverError(f"looked for the driver's program {_PROGRAM} in PATH, and it is not there")
    query = _output([program, f"--query-gpu={','.join(_QUERY)}", "--format=csv,noheader,nounits"])
    return Devices(parse_devices(query), parse_cuda(_output([program])))


def parse_devices(query: str) -> tuple[Device, ...]:
    """The GPUs in the output of the query: a line each. Lines of another form are no GPUs."""
    devices = []
    for line in query.splitlines():
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) == len(_QUERY) and cells[0].isdecimal():
            index, uuid, name, driver, total, free, capability = cells
            devices.append(Device(int(index), uuid, name, driver, _number(total), _number(free), _version(capability)))
    return tuple(devices)


def version_text(version: Version) -> str:
    """A version as people write it, such as `11.8`."""
    return ".".join(map(str, version))


def parse_cuda(text: str) -> Version | None:
    """The version of CUDA in what `nvidia-smi` prints by itself."""
    found = _CUDA.search(text)
    return (int(found[1]), int(found[2])) if found else None


def visible_devices(devices: Sequence[Device], environment: Mapping[str, str]) -> tuple[Device, ...]:
    """The GPUs that CUDA shows to a process, in its order. A GPU's id in the configuration is its place in that order.

    CUDA_VISIBLE_DEVICES lists indices, or UUIDs or their beginnings. As with CUDA, the list ends before the first that
    is not there.

    Args:
        devices: the machine's GPUs.
        environment: the process's.
    """
    if VISIBLE not in environment:
        return tuple(devices)
    seen: list[Device] = []
    for name in (part.strip() for part in environment[VISIBLE].split(",")):
        found = [one for one in devices if (str(one.index) == name if name.isdecimal() else one.uuid.startswith(name))]
        if not name or len(found) != 1 or found[0] in seen:
            break
        seen += found
    return tuple(seen)


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoDriverError(f"{command[0]} gave no answer: {type(error).__name__}") from None
    if done.returncode != 0:
        lines = (done.stdout + done.stderr).split("\n")
        reason = next((line.strip() for line in lines if line.strip()), "no reason given")
        raise NoDriverError(f"{command[0]} failed with status {done.returncode}: {reason}")
    return done.stdout


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _version(text: str) -> Version | None:
    major, dot, minor = text.partition(".")
    return (int(major), int(minor)) if dot and major.isdecimal() and minor.isdecimal() else None
