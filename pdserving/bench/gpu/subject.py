"""The services that are compared: a configuration each."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pdserving.bench.processes import ROOT
from pdserving.config import Settings, load_settings
from pdserving.config.auto import max_in_flight
from pdserving.setup_errors import SetupError

CPU = "cpu"
_PRECISION = "op.{}.local_service_conf.precision={}"
_GPU_CONFIG, _TENSORRT_CONFIG = ROOT / "configs" / "gpu.yml", ROOT / "configs" / "tensorrt.yml"
FORM = "NAME CONFIG [KEY=VALUE ...]"


@dataclass(frozen=True)
class Subject:
    """A service that is started and measured.

    Attributes:
        name: in table and JSON.
        config: absolute path of its configuration.
        overrides: `key=value` each.
        settings: what both come to.
        python: of the environment that it runs in.
    """

    name: str
    config: Path
    overrides: tuple[str, ...]
    settings: Settings
    python: Path

    @property
    def about(self) -> str:
        """What it is."""
        path = self.config.relative_to(ROOT) if self.config.is_relative_to(ROOT) else self.config
        return " ".join([str(path), *self.overrides])

    @property
    def devices(self) -> tuple[int, ...]:
        """The GPUs that its configuration names, by their ids among those that CUDA_VISIBLE_DEVICES leaves."""
        services = self.settings.op.services.values()
        return tuple(sorted({device for service in services for device in service.device_ids}))

    def overrides_for(self, clients: int) -> tuple[str, ...]:
        """The overrides with which so many clients at a time are let in: that more are refused is not measured here."""
        limit = max(clients, max_in_flight(self.settings.limits))
        return (*self.overrides, f"limits.max_in_flight={limit}")


def default_subjects() -> list[Subject]:
    """Paddle in both precisions, and TensorRT."""
    stages = ("det", "cls", "rec")
    return [
        subject("fp32", _GPU_CONFIG, [_PRECISION.format(stage, "fp32") for stage in stages]),
        subject("fp16", _GPU_CONFIG, [_PRECISION.format(stage, "fp16") for stage in stages]),
        subject("tensorrt", _TENSORRT_CONFIG, [_PRECISION.format(stage, "fp16") for stage in stages]),
    ]


def named_subjects(options: Iterable[Sequence[str]]) -> list[Subject]:
    """Those of the option `--service`, which has a name, a configuration and overrides each.

    Raises:
        SetupError: an option is incomplete, a name comes twice or is `cpu`, or a configuration cannot be used.
    """
    found: dict[str, Subject] = {}
    for words in options:
        if len(words) < 2:
            raise SetupError(f"--service {' '.join(words)}: accepted: {FORM}")
        name, config, *overrides = words
        if name in found or name == CPU:
            raise SetupError(f"--service {name}: accepted: a name of its own for each, other than {CPU}")
        found[name] = subject(name, Path(config), overrides)
    return list(found.values())


def cpu_subject(config: Path, profile: str, python: Path | None) -> Subject:
    """The service on the CPU, with whose text the others' is compared.

    It runs on OpenVINO, as `make serve` does, in the environment of `python`, or else in this one where that has it.
    Where there is none, as in the environment for GPUs, it runs on Paddle, which reads the same.
    """
    engine = "openvino" if python is not None or find_spec("openvino") is not None else "paddle"
    return subject(CPU, config, [f"profile={profile}", f"engine={engine}"], python)


def subject(name: str, config: Path, overrides: Sequence[str], python: Path | None = None) -> Subject:
    """A subject, in this environment where `python` names no other.

    Raises:
        ConfigurationError: the configuration cannot be used.
    """
    settings = load_settings(config, overrides)
    # Not resolved: a virtual environment's interpreter is a link, and is known by where it lies.
    return Subject(name, config.resolve(), tuple(overrides), settings, (python or Path(sys.executable)).absolute())
