"""The variants of the service that are compared, each by its configuration."""

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
class Variant:
    """The service by one configuration.

    Attributes:
        name: its name in table and JSON.
        config: the absolute path of its configuration.
        overrides: `key=value` for each key that differs.
        settings: what both come to.
        python: the interpreter of the environment that it runs in.
    """

    name: str
    config: Path
    overrides: tuple[str, ...]
    settings: Settings
    python: Path

    @property
    def about(self) -> str:
        """What it is: its configuration and overrides."""
        path = self.config.relative_to(ROOT) if self.config.is_relative_to(ROOT) else self.config
        return " ".join([str(path), *self.overrides])

    @property
    def devices(self) -> tuple[int, ...]:
        """The GPUs that its configuration names, by their ids among those that CUDA_VISIBLE_DEVICES leaves."""
        services = self.settings.op.services.values()
        return tuple(sorted({device for service in services for device in service.device_ids}))

    def overrides_for(self, clients: int) -> tuple[str, ...]:
        """The overrides, and one by which that many clients are let in at a time; refusals are not measured here."""
        limit = max(clients, max_in_flight(self.settings.limits))
        return (*self.overrides, f"limits.max_in_flight={limit}")


def default_variants() -> list[Variant]:
    """The variants that are compared by default: Paddle in both precisions, and TensorRT."""
    stages = ("det", "cls", "rec")
    return [
        variant("fp32", _GPU_CONFIG, [_PRECISION.format(stage, "fp32") for stage in stages]),
        variant("fp16", _GPU_CONFIG, [_PRECISION.format(stage, "fp16") for stage in stages]),
        variant("tensorrt", _TENSORRT_CONFIG, [_PRECISION.format(stage, "fp16") for stage in stages]),
    ]


def named_variants(options: Iterable[Sequence[str]]) -> list[Variant]:
    """The variants of the options `--service`, each with a name, a configuration and overrides.

    Raises:
        SetupError: an option is incomplete, a name comes twice or is `cpu`, or a configuration cannot be used.
    """
    found: dict[str, Variant] = {}
    for words in options:
        if len(words) < 2:
            raise SetupError(f"--service {' '.join(words)}: accepted: {FORM}")
        name, config, *overrides = words
        if name in found or name == CPU:
            raise SetupError(f"--service {name}: accepted: a name of its own for each, other than {CPU}")
        found[name] = variant(name, Path(config), overrides)
    return list(found.values())


def cpu_variant(config: Path, profile: str, python: Path | None) -> Variant:
    """The service on the CPU, with whose text that of the others is compared.

    It runs on OpenVINO, as `make serve` does, in the environment of `python`, or in this one if that has OpenVINO. If
    not, as in the environment for GPUs, it runs on Paddle, which reads the same.
    """
    engine = "openvino" if python is not None or find_spec("openvino") is not None else "paddle"
    return variant(CPU, config, [f"profile={profile}", f"engine={engine}"], python)


def variant(name: str, config: Path, overrides: Sequence[str], python: Path | None = None) -> Variant:
    """A variant by a configuration, in this environment if `python` names no other.

    Raises:
        ConfigurationError: the configuration cannot be used.
    """
    settings = load_settings(config, overrides)
    # Not resolved: a virtual environment's interpreter is a link, and is known by where it lies.
    return Variant(name, config.resolve(), tuple(overrides), settings, (python or Path(sys.executable)).absolute())
