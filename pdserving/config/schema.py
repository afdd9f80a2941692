"""The configuration's keys: Paddle Serving's where it has one, ours beside them. `configs/cpu.yml` comments each."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from pdserving.config.fields import MAX_COUNT, Count, FilePath, Section, auto_or_up_to
from pdserving.config.ops import Ops
from pdserving.config.predictor import CPU

PORTS = (1024, 65535)
Port = Annotated[int, Field(ge=PORTS[0], le=PORTS[1])]
MAX_WORKERS = 1024  # pictures in the pipeline at a time
EngineName = Literal["auto", "openvino", "paddle"]
LogFormat = Literal["json", "text"]
_MAX_IN_FLIGHT = 4096
HubKind = Literal["det", "cls", "rec", "system"]
# The name of a folder, and a part of a URL.
HubName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]
# As browsers write it, without a path and without a slash at the end. `*`: any web site.
Origin = Annotated[str, Field(pattern=r"^(\*|https?://[A-Za-z0-9.\[\]:-]+)$")]

MEBI = 1 << 20
_SMALLEST_PDF_MIB = 128  # the libraries take 75


class Tracer(Section):
    """The section `dag.tracer`."""

    interval_s: Literal[-1] = -1


class Dag(Section):
    """The section `dag`. Where Paddle Serving's other values are unsafe, only the safe one is accepted."""

    is_thread_op: Literal[True] = True
    retry: Literal[1] = 1
    channel_size: Literal[0] = 0
    use_profile: Literal[False] = False
    tracer: Tracer = Tracer()


class Limits(Section):
    """The section `limits`."""

    max_image_pixels: int = Field(
        default=50_000_000,
        ge=1,
        description="pixels of a picture and of a TIFF's tile, read from the header before decoding, "
        "and of a page of a PDF as it is drawn",
    )
    max_message_bytes: int = Field(
        default=64 * MEBI,
        ge=1024,
        le=1024 * MEBI,
        description="bytes of an HTTP body, of a gRPC message, and of the pictures in an answer",
    )
    max_images: int = Field(default=64, ge=1, le=1024, description="files or pictures of one HTTP request")
    max_pages: int = Field(
        default=200, ge=1, le=10_000, description="pages of all PDFs and TIFFs that one request reads"
    )
    pdf_processes: Count = Field(
        default="auto",
        description="processes that read and write PDFs and decode GIF, AVIF, HEIC and JPEG 2000, "
        "of which a request has one at a time",
    )
    max_pdf_memory_mib: int = Field(
        default=1024,
        ge=_SMALLEST_PDF_MIB,
        le=1 << 20,
        description="MiB that such a process may take",
    )
    pdf_timeout_s: float = Field(
        default=20,
        gt=0,
        le=3600,
        description="seconds to open a PDF, to draw a page, to write a page, to decode such a picture",
    )
    max_lines: int = Field(default=1000, ge=1, le=10_000, description="lines of a picture or page")
    max_json_depth: int = Field(
        default=16, ge=4, le=128, description="objects and lists within each other in a JSON body"
    )
    max_header_bytes: int = Field(
        default=32 * 1024,
        ge=1024,
        le=MEBI,
        description="bytes of a request's line and headers, and of gRPC's metadata",
    )
    header_timeout_s: float = Field(
        default=10,
        gt=0,
        le=3600,
        description="seconds for a request's line and headers, and for a gRPC connection's first words",
    )
    stall_timeout_s: float = Field(
        default=20,
        gt=0,
        le=3600,
        description="seconds in which nothing of a body comes; also those for which a gRPC connection may be silent "
        "before its client is asked whether it lives, and those that it then has to answer",
    )
    min_body_rate: int = Field(
        default=8192,
        ge=1,
        description="bytes a second of a body on average, after the first `stall_timeout_s`, and of an answer that is "
        "taken, in each `stall_timeout_s`",
    )
    max_in_flight: Annotated[int | Literal["auto"], auto_or_up_to(_MAX_IN_FLIGHT)] = Field(
        default="auto",
        description="HTTP requests, and apart from them gRPC calls, that are being answered; more are refused",
    )
    request_timeout_s: float = Field(default=120, gt=0, description="seconds from a request's arrival to its answer")


class SecuritySection(Section):
    """The section `security`."""

    keys_file: FilePath | None = None
    rate_limit: int = Field(default=0, ge=0, le=1_000_000)
    rate_burst: int = Field(default=20, ge=1, le=10_000)
    tls_cert: FilePath | None = None
    tls_key: FilePath | None = None
    tls_client_ca: FilePath | None = None
    cors_origins: Annotated[tuple[Origin, ...], Field(strict=False)] = ()
    confine: bool = True

    @model_validator(mode="after")
    def _certificate_whole(self) -> "SecuritySection":
        if (self.tls_cert is None) != (self.tls_key is None):
            given, missing = ("tls_cert", "tls_key") if self.tls_key is None else ("tls_key", "tls_cert")
            raise ValueError(f"{given} is given without {missing}; accepted: both, or neither")
        if self.tls_client_ca is not None and self.tls_cert is None:
            raise ValueError("tls_client_ca is given without tls_cert and tls_key; accepted: all three")
        return self


class HubService(Section):
    """A service at `/predict/<name>`.

    Attributes:
        name: its name, in the address.
        kind: the fields that it answers with.
        options: the pipeline's options that its requests get, as text.
        module: the `module.py` of a service package.
    """

    name: HubName
    kind: HubKind = "system"
    options: dict[str, str] = Field(default={})
    module: FilePath | None = None


HUB_STAGES: Mapping[HubKind, Mapping[str, str]] = {
    "det": {"det.enabled": "true", "cls.enabled": "false", "rec.enabled": "false"},
    # Hub's own services answer a crop whatever its score.
    "cls": {"det.enabled": "false", "cls.enabled": "true", "rec.enabled": "false", "cls.thresh": "0"},
    "rec": {"det.enabled": "false", "cls.enabled": "false", "rec.enabled": "true", "rec.drop_score": "0"},
    "system": {"det.enabled": "true", "rec.enabled": "true"},
}
"""The options that make a kind of service run its stages and no other."""

HUB_BUILT_IN: Mapping[str, HubKind] = {"ocr_det": "det", "ocr_cls": "cls", "ocr_rec": "rec", "ocr_system": "system"}
HUB_SERVICES = tuple(
    HubService(name=name, kind=kind, options={**HUB_STAGES[kind]}) for name, kind in HUB_BUILT_IN.items()
)


class Settings(Section):
    """The whole configuration."""

    profile: str = "ppocrv6"
    models_dir: FilePath = Path("serving_models")
    engine: EngineName = "auto"
    rpc_host: str = "127.0.0.1"
    rpc_port: Port = 18091
    http_host: str = "127.0.0.1"
    http_port: Port = 9998
    workers: int = Field(default=1, ge=1, le=MAX_COUNT)
    worker_num: int = Field(
        default=16, ge=1, le=MAX_WORKERS, description="pictures in a worker's pipeline at a time; more wait"
    )
    compute_threads: Count = "auto"
    gpu_memory_limit_mb: int = Field(default=0, ge=0, le=1_000_000)
    worker_module: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$")] = "pdserving.worker"
    build_dag_each_worker: Literal[False] = False
    drain_s: float = Field(default=30, ge=0)
    hang_s: float = Field(default=30, ge=1)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: LogFormat = "json"
    dag: Dag = Dag()
    op: Ops = Ops()
    limits: Limits = Limits()
    security: SecuritySection = SecuritySection()
    hub_services: Annotated[tuple[HubService, ...], Field(strict=False)] = HUB_SERVICES

    @property
    def addresses(self) -> tuple[tuple[str, str, int], ...]:
        """The two addresses: `http` or `rpc`, with which the keys begin, then host and port."""
        return ("http", self.http_host, self.http_port), ("rpc", self.rpc_host, self.rpc_port)

    @model_validator(mode="after")
    def _one_service_a_name(self) -> "Settings":
        names = [service.name for service in self.hub_services]
        if len(set(names)) < len(names):
            raise ValueError(f"hub_services are named {', '.join(names)}; accepted: a name once")
        return self

    @model_validator(mode="after")
    def _engine_for_the_device(self) -> "Settings":
        for name, service in self.op.services.items():
            if self.engine == "openvino" and service.device_type != CPU:
                raise ValueError(
                    f"engine is 'openvino', for the CPU, and op.{name}.local_service_conf.device_type is "
                    f"{service.device_type}; accepted: engine auto or paddle"
                )
        return self

    @model_validator(mode="after")
    def _engine_for_the_precision(self) -> "Settings":
        for name, service in self.op.services.items():
            if self.engine == "paddle" and service.precision == "bf16":
                raise ValueError(
                    f"engine is 'paddle' and op.{name}.local_service_conf.precision is 'bf16', in which it is no "
                    "faster; accepted: precision auto or fp32, or engine auto or openvino"
                )
        return self

    @model_validator(mode="after")
    def _two_ports(self) -> "Settings":
        if self.http_port == self.rpc_port:
            raise ValueError(f"http_port and rpc_port are both {self.http_port}; accepted: two ports")
        return self
