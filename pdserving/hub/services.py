"""The services of one server, made of the modules that are asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pdserving.config import Change, ConfigurationError, Settings, load_settings
from pdserving.config.predictor import CPU, GPU
from pdserving.config.request_options import parse_options
from pdserving.config.schema import HUB_BUILT_IN, MAX_WORKERS, HubService
from pdserving.errors import RequestError
from pdserving.hardware.processor import usable_cores
from pdserving.hub.config_file import HubConfig, ModuleInfo
from pdserving.hub.packages import BUILT_IN_VERSION, Package, hub_folder, installed_packages, read_package
from pdserving.hub.params import Params, request_options, setting_of, worker_params
from pdserving.setup_errors import HubError


@dataclass(frozen=True)
class Plan:
    """The services, and the changes of the configuration that their models need."""

    services: tuple[HubService, ...]
    changes: tuple[Change, ...]


def hub_settings(
    config: HubConfig,
    path: Path,
    overrides: Sequence[str],
    source: str,
    rpc_port: int,
    gpu_ids: Sequence[int] = (),
) -> Settings:
    """The settings of a hub service: the configuration, changed by hub's.

    Args:
        config: hub's configuration.
        path: the service's configuration file.
        overrides: `dotted.key=value` each; they win over both.
        source: where hub's configuration comes from, for messages.
        rpc_port: the port of the gRPC service, which hub does not have.
        gpu_ids: the GPUs that hub's configuration asks for. Without any, the devices are as the configuration says.

    Raises:
        ConfigurationError: a key or value is not accepted, or those of a module do not fit the configuration.
        HubError: as `plan_services`.
    """
    without_hub = load_settings(path, overrides)
    plan = plan_services(config.modules_info, without_hub.models_dir)
    changes = [Change("http_port", config.port, source), Change("rpc_port", rpc_port, source)]
    if config.use_multiprocess:
        changes.append(Change("worker_num", config.workers or min(2 * usable_cores() - 1, MAX_WORKERS), source))
    if gpu_ids:
        changes += _device_changes(without_hub, gpu_ids, source)
    settings = load_settings(path, overrides, [*changes, *plan.changes])
    settings = settings.model_copy(update={"hub_services": plan.services})
    _check_options(settings)
    return settings


def plan_services(modules: Mapping[str, ModuleInfo], models_dir: Path) -> Plan:
    """The services for the modules that are asked for: installed packages and built-in ones.

    Raises:
        HubError: a module is not there, or not in that version or kind; or two modules need different models.
    """
    packages = {name: _find(name, info, models_dir) for name, info in modules.items()}
    services = []
    needs: dict[str, tuple[str, Any]] = {}  # by param: the module that names it first, and its value
    for name, info in modules.items():
        package = packages[name]
        given = {key: value for key, value in info.predict_args if value is not None}
        options = request_options(package.kind, package.params.model_copy(update=given))
        services.append(HubService(name=name, kind=package.kind, options=options, module=package.module))
        for key, value in worker_params(options, package.params).items():
            other, known = needs.setdefault(key, (name, value))
            if value != known:
                raise HubError(
                    f"modules {other} and {name} need different models, and one server has one of each: {key} is "
                    f"{_shown(known)} for {other} and {_shown(value)} for {name}; start them on two ports"
                )
    changes = []
    for key, (name, value) in needs.items():
        if value is not None:
            setting, setting_value = setting_of(key, packages[name].params)
            # As YAML would have it: the settings are checked as a file is, where a path is text.
            plain = str(setting_value) if isinstance(setting_value, Path) else setting_value
            changes.append(Change(setting, plain, f"module {name}: {key}"))
    return Plan(tuple(services), tuple(changes))


def _device_changes(settings: Settings, gpu_ids: Sequence[int], source: str) -> list[Change]:
    """The changes that put every op on the GPUs. An op that is on a GPU keeps its device_type: it may be TensorRT's."""
    changes = []
    for stage, service in settings.op.services.items():
        section = f"op.{stage}.local_service_conf"
        if service.device_type == CPU:
            changes.append(Change(f"{section}.device_type", GPU, source))
        changes.append(Change(f"{section}.devices", ",".join(map(str, gpu_ids)), source))
    return changes


def _check_options(settings: Settings) -> None:
    """Check the options that the requests of each service get.

    Raises:
        ConfigurationError: the configuration refuses one of them.
    """
    for service in settings.hub_services:
        try:
            parse_options(service.options, settings.op)
        except RequestError as error:
            raise ConfigurationError(f"module {service.name}: {error}") from None


def _find(name: str, info: ModuleInfo, models_dir: Path) -> Package:
    folder = hub_folder(models_dir) / name
    if folder.is_dir():
        package = read_package(folder)
    elif name in HUB_BUILT_IN:
        package = Package(name, BUILT_IN_VERSION, HUB_BUILT_IN[name], folder, Params(), None)
    else:
        names = ", ".join(dict.fromkeys([*HUB_BUILT_IN, *(found.name for found in installed_packages(models_dir))]))
        raise HubError(f"no module {name!r}; accepted: {names}, or a package of yours after `hub install FOLDER`")
    version = info.init_args.version
    if version not in (None, package.version):
        raise HubError(f"module {name}: version {version!r} is not there; accepted: {package.version}")
    if info.kind not in (None, package.kind):
        raise HubError(f"module {name}: kind {info.kind!r} is not accepted; it is installed as {package.kind!r}")
    return package


def _shown(value: Any) -> str:
    return "the configuration's" if value is None else str(value)
