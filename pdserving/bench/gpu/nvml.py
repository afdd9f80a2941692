"""Readings of GPUs by NVIDIA's management library, NVML."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pynvml

from pdserving.bench.closed_loop import ContenderError
from pdserving.bench.gpu.figures import Reading
from pdserving.hardware.gpus import Device

_BYTES_PER_MIB = 1 << 20


class DeviceReader:
    """Reads some GPUs; without any GPU it needs no library."""

    def __init__(self, devices: Sequence[Device]) -> None:
        self._handles = [pynvml.nvmlDeviceGetHandleByUUID(device.uuid) for device in devices]

    def __call__(self) -> list[Reading]:
        """A reading of each device."""
        return [_read(handle) for handle in self._handles]


@contextmanager
def reading_devices(devices: Sequence[Device]) -> Iterator[DeviceReader]:
    """A reader of these devices.

    Raises:
        ContenderError: the driver's library is not there, or knows no such device.
    """
    if not devices:
        yield DeviceReader(())
        return
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError as error:
        raise ContenderError(f"its GPUs cannot be watched: {error}") from None
    try:
        try:
            reader = DeviceReader(devices)
        except pynvml.NVMLError as error:
            raise ContenderError(f"its GPUs cannot be watched: {error}") from None
        yield reader
    finally:
        pynvml.nvmlShutdown()


def _read(handle: Any) -> Reading:
    """A reading, without what the device does not tell, such as the utilisation of one that is partitioned."""
    utilisation = _told(pynvml.nvmlDeviceGetUtilizationRates, handle)
    memory = _told(pynvml.nvmlDeviceGetMemoryInfo, handle)
    processes = _told(pynvml.nvmlDeviceGetComputeRunningProcesses, handle) or ()
    return Reading(
        utilisation=None if utilisation is None else float(utilisation.gpu),
        used_mib=None if memory is None else memory.used / _BYTES_PER_MIB,
        processes_mib={
            process.pid: process.usedGpuMemory / _BYTES_PER_MIB
            for process in processes
            if process.usedGpuMemory is not None
        },
    )


def _told(ask: Any, handle: Any) -> Any:
    try:
        return ask(handle)
    except pynvml.NVMLError:
        return None
