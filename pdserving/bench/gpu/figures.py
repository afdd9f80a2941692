"""From readings of GPUs to the figures of a run."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pdserving.bench.measurement import FIGURES, Measurement

MemoryOf = Literal["processes", "device", ""]


@dataclass(frozen=True)
class Reading:
    """A GPU at a moment. None and what is missing: it does not tell.

    Attributes:
        utilisation: in how much of the time lately anything ran on it, in per cent.
        used_mib: memory in use, whoever uses it, in MiB.
        processes_mib: memory of each process on it, in MiB, by the process's id.
    """

    utilisation: float | None
    used_mib: float | None
    processes_mib: Mapping[int, float]


Readings = Sequence[Reading]
"""Of each watched GPU, at one moment."""


@dataclass(frozen=True)
class DeviceMeasurement(Measurement):
    """A contender's figures, and those of its GPUs, None where there are none or they do not tell.

    Attributes:
        utilisation: of its GPUs on average, in per cent.
        peak_utilisation: the largest reading of one of them, in per cent.
        device_mib: the largest amount of their memory at a moment, on all of them together, in MiB.
        det_rows, cls_rows, rec_rows: rows of a batch of each stage, on average.
        memory_of: `processes`: the memory of the service's processes; `device`: where the driver does not know these,
            as in a container, what was in use beyond what was so before the service started; empty without memory.
    """

    utilisation: float | None = None
    peak_utilisation: float | None = None
    device_mib: float | None = None
    det_rows: float | None = None
    cls_rows: float | None = None
    rec_rows: float | None = None
    memory_of: MemoryOf = ""


DEVICE_FIGURES = (
    *FIGURES,
    "utilisation",
    "peak_utilisation",
    "device_mib",
    "det_rows",
    "cls_rows",
    "rec_rows",
)


@dataclass(frozen=True)
class DeviceFigures:
    """The fields of that name in a `DeviceMeasurement`."""

    utilisation: float | None
    peak_utilisation: float | None
    device_mib: float | None
    memory_of: MemoryOf


def device_figures(samples: Sequence[Readings], pids: Collection[int], before_mib: float) -> DeviceFigures:
    """What samples of the same GPUs come to.

    Args:
        samples: one after the other.
        pids: the service's processes.
        before_mib: memory that was in use on these GPUs before the service started.
    """
    told = [one.utilisation for readings in samples for one in readings if one.utilisation is not None]
    own = _peak(samples, lambda one: _of_processes(one, pids))
    used = _peak(samples, lambda one: one.used_mib)
    mean, most = (sum(told) / len(told), max(told)) if told else (None, None)
    if own is not None:
        return DeviceFigures(mean, most, own, "processes")
    if used is not None:
        return DeviceFigures(mean, most, max(0.0, used - before_mib), "device")
    return DeviceFigures(mean, most, None, "")


def used_mib(readings: Readings) -> float:
    """Memory in use on all GPUs of a sample, as far as they tell, in MiB."""
    return sum(one.used_mib or 0.0 for one in readings)


def _of_processes(reading: Reading, pids: Collection[int]) -> float | None:
    own = [mib for pid, mib in reading.processes_mib.items() if pid in pids]
    return sum(own) if own else None


def _peak(samples: Sequence[Readings], memory: Callable[[Reading], float | None]) -> float | None:
    """The largest sum over the GPUs at a moment; None if none of them ever tells."""
    sums = []
    for readings in samples:
        told = [mib for one in readings if (mib := memory(one)) is not None]
        if told:
            sums.append(sum(told))
    return max(sums, default=None)
