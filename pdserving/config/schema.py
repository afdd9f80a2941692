"""The configuration's keys: Paddle Serving's where it has one, ours beside them; `configs/cpu.yml` comments each."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from pdserving.strict_yaml import Strict

Port = Annotated[int, Field(ge=1024, le=65535)]
EngineName = Literal["auto", "openvino", "paddle"]
Count = Literal["auto"] | Annotated[int, Field(ge=1, le=64)]
Probability = Annotated[float, Field(ge=0, le=1)]
FilePath = Annotated[Path, Field(strict=False)]  # YAML and JSON have text where Python has paths

SMALLEST_SIDE = 32  # pixels; the detector halves its input five times
LARGEST_SIDE = 4096
SMALLEST_BATCH = 48 * 192  # pixels; one crop of the classifier
LARGEST_BATCH = 64 * SMALLEST_BATCH
MEBI = 1 << 20


class Section(Strict):
    """A group of keys. Types are not converted: a number in quotes is an error."""

    model_config = ConfigDict(strict=True)


class LocalService(Section):
    """`local_service_conf`: the predictor of one op."""

    client_type: Literal["local_predictor"] = "local_predictor"
    folder: FilePath | None = Field(default=None, alias="model_config")
    thread_num: int = Field(default=1, ge=1, le=256)
    device_type: Literal[0] = 0
    devices: Literal[""] = ""
    precision: Literal["fp32"] = "fp32"
    use_mkldnn: bool = True
    mkldnn_cache_capacity: int = Field(default=10, ge=0)
    mem_optim: bool = True
    ir_optim: bool = True


class OpSection(Section):
    """What every op has."""

    concurrency: Count = "auto"
    local_service_conf: LocalService = LocalService()


class DetectionOptions(Section):
    """What a request may set for `det`."""

    limit_side_len: int = Field(default=960, ge=SMALLEST_SIDE)
    limit_type: Literal["max", "min"] = "max"
    thresh: Probability = 0.3
    box_thresh: Probability = 0.6
    unclip_ratio: float = Field(default=1.5, ge=0.1, le=10)
    use_dilation: bool = False
    score_mode: Literal["fast", "slow"] = "fast"


class DetectionSection(DetectionOptions, OpSection):
    """`op.det`."""

    max_side_len: int = Field(default=1280, ge=SMALLEST_SIDE, le=LARGEST_SIDE)
    max_candidates: int = Field(default=1000, ge=1, le=10_000)
    min_size: int = Field(default=3, ge=1)

    @model_validator(mode="after")
    def _limit_within_maximum(self) -> "DetectionSection":
        if self.limit_side_len > self.max_side_len:
            most = f"at most max_side_len {self.max_side_len}"
            raise ValueError(f"limit_side_len is {self.limit_side_len}; accepted: {most}")
        return self


class ClassificationOptions(Section):
    """What a request may set for `cls`."""

    enabled: bool = True
    thresh: Probability = 0.9


class ClassificationSection(ClassificationOptions, OpSection):
    """`op.cls`."""

    batch_pixels: int = Field(default=36_864, ge=SMALLEST_BATCH, le=LARGEST_BATCH)


class RecognitionOptions(Section):
    """What a request may set for `rec`."""

    drop_score: Probability = 0.5


class RecognitionSection(RecognitionOptions, OpSection):
    """`op.rec`."""

    bucket_step: int = Field(default=32, ge=8)
    min_width: int = Field(default=64, ge=8)
    max_width: int = Field(default=2560, ge=64, le=8192)
    batch_pixels: int = Field(default=9216, ge=SMALLEST_BATCH, le=LARGEST_BATCH)
    character_list: FilePath | None = None

    @model_validator(mode="after")
    def _widths_in_order(self) -> "RecognitionSection":
        if self.min_width > self.max_width:
            raise ValueError(f"min_width is {self.min_width}; accepted: at most max_width {self.max_width}")
        return self


class Ops(Section):
    """`op`."""

    det: DetectionSection = DetectionSection()
    cls: ClassificationSection = ClassificationSection()
    rec: RecognitionSection = RecognitionSection()


class Tracer(Section):
    """`dag.tracer`."""

    interval_s: Literal[-1] = -1


class Dag(Section):
    """`dag`. Where Paddle Serving's other value is unsafe, the only accepted one is the safe one."""

    is_thread_op: Literal[True] = True
    retry: Literal[1] = 1
    channel_size: Literal[0] = 0
    use_profile: Literal[False] = False
    tracer: Tracer = Tracer()


class Limits(Section):
    """`limits`."""

    max_image_pixels: int = Field(default=50_000_000, ge=1)
    max_message_bytes: int = Field(default=64 * MEBI, ge=1024, le=1024 * MEBI)
    request_timeout_s: float = Field(default=120, gt=0)


class Settings(Section):
    """The whole configuration."""

    profile: str = "ppocrv6"
    models_dir: FilePath = Path("serving_models")
    engine: EngineName = "auto"
    rpc_host: str = "127.0.0.1"
    rpc_port: Port = 18091
    http_host: str = "127.0.0.1"
    http_port: Port = 9998
    worker_num: int = Field(default=16, ge=1, le=1024)
    compute_threads: Count = "auto"
    worker_module: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$")] = "pdserving.worker"
    build_dag_each_worker: Literal[False] = False
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    dag: Dag = Dag()
    op: Ops = Ops()
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _two_ports(self) -> "Settings":
        if self.http_port == self.rpc_port:
            raise ValueError(f"http_port and rpc_port are both {self.http_port}; accepted: two ports")
        return self
