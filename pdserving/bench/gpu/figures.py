"""The figures of a run that come from readings of its GPUs."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pdserving.bench.measurement import FIGURES, Measurement

MemoryOf = Literal["processes", "device", ""]


@dataclass(frozen=True)
class Reading:
    """A GPU at a moment. What it does not tell is None, or missing.

    Attributes:
        utilisation: the share of the last moments in which anything ran on it, in per cent.
        used_mib: the memory in use, whoever uses it, in MiB.
        processes_mib: the memory of each process on it, in MiB, by the process's id.
    """

    utilisation: float | None
    used_mib: float | None
    processes_mib: Mapping[int, float]


Readings = Sequence[Reading]
"""A reading of each watched GPU, at one moment."""


@dataclass(frozen=True)
class DeviceMeasurement(Measurement):
    """A contender's figures, and those of its GPUs: None if there are none, or they do not tell.

    Attributes:
        utilisation: the utilisation of its GPUs, on average, in per cent.
        peak_utilisation: the largest reading of one of them, in per cent.
        device_mib: their memory in use at the worst moment, on all of them together, in MiB.
        det_rows, cls_rows, rec_rows: the rows of a batch of each stage, on average.
        memory_of: whose memory that is. `processes`: that of the service's processes. `device`: the driver does not
            know these, as in a container, and it is what was not yet in use before the service started. Empty: none is
            known.
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
    """The fields of the same names in a `DeviceMeasurement`."""

    utilisation: float | None
    peak_utilisation: float | None
    device_mib: float | None
    memory_of: MemoryOf


def device_figures(samples: Sequence[Readings], pids: Collection[int], before_mib: float) -> DeviceFigures:
    """The figures of samples of the same GPUs.

    Args:
        samples: the readings at one moment after the other.
        pids: the ids of the service's processes.
        before_mib: the memory that was in use on these GPUs before the service started, in MiB.
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
    """The memory in use on all GPUs of a sample, as far as they tell, in MiB."""
    return sum(one.used_mib or 0.0 for one in readings)


def _of_processes(reading: Reading, pids: Collection[int]) -> float | None:
    own = [mib for pid, mib in reading.processes_mib.items() if pid in pids]
    return sum(own) if own else None


def _peak(samples: Sequence[Readings], memory: Callable[[Reading], float | None]) -> float | None:
    """The largest sum over the GPUs at one moment; None if none of them ever tells."""
    sums = []
    for readings in samples:
        told = [mib for one in readings if (mib := memory(one)) is not None]
        if told:
            sums.append(sum(told))
    return max(sums, default=None)
