"""The answers to `auto`: what each key with this value stands for on this machine. `pdserving doctor` prints them."""

from collections.abc import Mapping
from typing import Literal

from pdserving.config.ops import OpSection
from pdserving.config.predictor import GPU_DEVICE_TYPES, LocalService, Precision
from pdserving.config.schema import EngineName, Limits, Settings
from pdserving.hardware.processor import BF16_FLAGS, computes_bf16, usable_cores
from pdserving.setup_errors import DeviceError

_IN_FLIGHT_PER_CORE = 6  # requests; 4 fill a core, and with half as many more the latency is half as much again
FEWEST_IN_FLIGHT = 8
_FEWEST_PDF_PROCESSES = 2  # one may be busy with a hostile file
_MOST_PDF_PROCESSES = 4  # reading a page takes longer than drawing it
PREDICTORS_A_GPU = 2  # of each op: one computes while the other's batch is made or read
_TENSOR_CORES = (7, 0)
"""The compute capability from which GPUs have tensor cores. On many GPUs without them fp16 is slow."""

RULES: Mapping[str, str] = {
    "compute_threads": f"one a core, and {PREDICTORS_A_GPU} for each GPU of an op",
    "concurrency": f"as many as compute_threads, or {PREDICTORS_A_GPU} on each GPU",
    "limits.max_in_flight": f"{_IN_FLIGHT_PER_CORE} a core, at least {FEWEST_IN_FLIGHT}",
    "limits.pdf_processes": f"one a core, {_FEWEST_PDF_PROCESSES} to {_MOST_PDF_PROCESSES}",
}
"""The rule by which a number follows from the machine, in words, for each key that may leave it to that."""


def max_in_flight(limits: Limits) -> int:
    """How many requests are answered at a time (`limits.max_in_flight`)."""
    if limits.max_in_flight == "auto":
        return max(FEWEST_IN_FLIGHT, _IN_FLIGHT_PER_CORE * usable_cores())
    return limits.max_in_flight


def pdf_processes(limits: Limits) -> int:
    """How many processes read and write PDFs (`limits.pdf_processes`)."""
    if limits.pdf_processes == "auto":
        return max(_FEWEST_PDF_PROCESSES, min(usable_cores(), _MOST_PDF_PROCESSES))
    return limits.pdf_processes


def compute_threads(settings: Settings) -> int:
    """How many threads of a worker compute (`compute_threads`).

    `auto` is a thread for each usable core, and one more for each predictor on a GPU: it waits while the GPU computes.
    """
    if settings.compute_threads == "auto":
        on_gpus = sum(len(service.device_ids) for service in settings.op.services.values())
        return usable_cores() + PREDICTORS_A_GPU * on_gpus
    return settings.compute_threads


def concurrency(section: OpSection, threads: int) -> int:
    """How many batches of an op are computed at a time (`op.<name>.concurrency`).

    `auto` is two on each GPU, and on the CPU as many as there are compute threads.

    Args:
        section: the op's section.
        threads: the answer of `compute_threads`.
    """
    if section.concurrency == "auto":
        return PREDICTORS_A_GPU * len(section.local_service_conf.device_ids) or threads
    return section.concurrency


def engine_name(name: EngineName, service: LocalService) -> Literal["openvino", "paddle"]:
    """The engine of an op (`engine`); `auto` is the fastest on its device."""
    if name == "auto":
        return "paddle" if service.device_type in GPU_DEVICE_TYPES else "openvino"
    return name


def cpu_precision(service: LocalService, *, bf16: bool) -> Literal["fp32", "bf16"]:
    """The precision of an op on the CPU (`op.<name>.local_service_conf.precision`).

    `auto` is bfloat16 where the model may be computed in it and the processor does so itself.

    Args:
        service: the op's predictor.
        bf16: whether the model reads in bfloat16 as well as in single precision.

    Raises:
        DeviceError: bfloat16 is configured and the processor would emulate it.
    """
    if service.precision == "auto":
        return "bf16" if bf16 and computes_bf16() else "fp32"
    if service.precision == "fp32":
        return "fp32"
    if not computes_bf16():
        raise DeviceError(
            f"precision is {service.precision!r}, which this processor would emulate: it has none of the flags "
            f"{', '.join(sorted(BF16_FLAGS))}; accepted here: 'auto', 'fp32'"
        )
    return "bf16"


def gpu_precision(service: LocalService, capability: tuple[int, int]) -> Precision:
    """The precision of an op on a GPU of a compute capability; `auto` is fp16 where it has tensor cores for it."""
    if service.precision == "auto":
        return "fp16" if capability >= _TENSOR_CORES else "fp32"
    return service.precision
