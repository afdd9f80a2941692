"""`pdserving doctor`."""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

from pdserving.config import ConfigurationError, Settings, load_settings
from pdserving.config.flags import GPU_CONFIG
from pdserving.config.predictor import GPU_DEVICE_TYPES, TENSORRT
from pdserving.doctor.check import Check, report
from pdserving.doctor.devices import check_devices
from pdserving.doctor.machine import (
    check_confinement,
    check_cores,
    check_memory,
    check_models,
    check_ports,
    check_python,
)
from pdserving.doctor.packages import check_packages, has_own_wheel
from pdserving.doctor.paddle_wheel import check_libraries
from pdserving.security.confinement import landlock_version


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", default_config: Path) -> None:
    """Add the command `doctor`."""
    parser = commands.add_parser("doctor", help="say whether this machine can serve, and what to do where it cannot")
    parser.add_argument("--gpu", action="store_true", help=f"check for GPUs; the default of --config is {GPU_CONFIG}")
    parser.add_argument("--config", type=Path, help=f"YAML file (default: {default_config})")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="override a key")

    def run(args: argparse.Namespace) -> int:
        path = args.config or (GPU_CONFIG if args.gpu else default_config)
        return report(checks(path, args.set, args.gpu))

    parser.set_defaults(run=run)


def checks(path: Path, overrides: list[str], gpu: bool) -> Iterator[Check]:
    """All checks of a configuration; also those of GPUs if it names some or `gpu` is set."""
    try:
        settings = load_settings(path, overrides)
    except ConfigurationError as error:
        yield Check("config", "missing", str(error))
        return
    services = settings.op.services.values()
    gpu = gpu or any(service.device_type in GPU_DEVICE_TYPES for service in services)
    yield Check("config", "ok", str(path))
    yield check_python(gpu)
    yield from check_packages(gpu)
    yield from check_models(settings)
    yield from check_ports(settings)
    yield check_cores(settings)
    yield check_memory(settings)
    yield check_confinement(settings, landlock_version())
    if not gpu:
        yield Check("devices", "ok", "the CPU; no GPU is configured")
        return
    yield from check_devices(os.environ, _device_ids(settings), has_own_wheel())
    yield from check_libraries(any(service.device_type == TENSORRT for service in services))


def _device_ids(settings: Settings) -> tuple[int, ...]:
    return tuple(sorted({device for service in settings.op.services.values() for device in service.device_ids}))
