"""The configuration's keys of one predictor: `local_service_conf`."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pdserving.config.fields import FilePath, Section

# Paddle Serving's `device_type`.
CPU: Literal[0] = 0
GPU: Literal[1] = 1
TENSORRT: Literal[2] = 2  # on a GPU
GPU_DEVICE_TYPES = (GPU, TENSORRT)
Precision = Literal["auto", "fp32", "fp16", "bf16"]
_ON_CPU: tuple[Precision, ...] = ("auto", "fp32", "bf16")
_ON_GPU: tuple[Precision, ...] = ("auto", "fp32", "fp16")


class LocalService(Section):
    """`local_service_conf`: the predictor of one op."""

    client_type: Literal["local_predictor"] = "local_predictor"
    folder: FilePath | None = Field(default=None, alias="model_config")
    thread_num: int = Field(default=1, ge=1, le=256)
    device_type: Literal[0, 1, 2] = CPU
    devices: Annotated[str, Field(pattern=r"^(\d{1,3}(,\d{1,3})*)?$")] = ""
    precision: Precision = "auto"
    gpu_memory_mb: int = Field(default=500, ge=64, le=1_000_000)
    use_trt: bool | None = None
    min_subgraph_size: int = Field(default=3, ge=1, le=1000)
    use_mkldnn: bool = True
    mkldnn_cache_capacity: int = Field(default=10, ge=0)
    mem_optim: bool = True
    ir_optim: bool = True

    @property
    def device_ids(self) -> tuple[int, ...]:
        """The GPUs, by their ids among those that the process sees; none on the CPU."""
        return tuple(map(int, self.devices.split(","))) if self.devices else ()

    @model_validator(mode="after")
    def _device_in_order(self) -> "LocalService":
        on_gpu = self.device_type in GPU_DEVICE_TYPES
        if on_gpu and not self.devices:
            raise ValueError(f"devices is '' with device_type {self.device_type}; accepted: GPU ids, such as '0,1'")
        if self.devices and not on_gpu:
            raise ValueError(f"devices is {self.devices!r} with device_type {CPU}, the CPU; accepted: ''")
        if len(set(self.device_ids)) < len(self.device_ids):
            raise ValueError(f"devices is {self.devices!r}; accepted: each GPU once")
        accepted = _ON_GPU if on_gpu else _ON_CPU
        if self.precision not in accepted:
            choices = ", ".join(map(repr, accepted))
            raise ValueError(
                f"precision is {self.precision!r} with device_type {self.device_type}; accepted: {choices}"
            )
        if self.use_trt is not None and self.use_trt != (self.device_type == TENSORRT):
            fitting = str(self.device_type == TENSORRT).lower()
            raise ValueError(
                f"use_trt is {str(self.use_trt).lower()} with device_type {self.device_type}; accepted: {fitting}"
            )
        return self
