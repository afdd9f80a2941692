"""In which precision a model is computed on the CPU."""

from typing import Literal

from pdserving.config.predictor import LocalService
from pdserving.cores import BF16_FLAGS, computes_bf16
from pdserving.setup_errors import DeviceError


def cpu_precision(service: LocalService, *, bf16: bool) -> Literal["fp32", "bf16"]:
    """The configured one; `auto` is bfloat16 for a model that may be computed in it, if the processor does so itself.

    Args:
        service: of the CPU.
        bf16: whether the model finds and reads in bfloat16 what it does in single precision.

    Raises:
        DeviceError: bfloat16 is configured, and the processor would emulate it.
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
