"""`pdserving hub …`: PaddleHub's commands, with its flags."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import ValidationError

from pdserving.config import Settings
from pdserving.config.flags import GPU_CONFIG, add_log_format
from pdserving.config.schema import HUB_BUILT_IN, MAX_WORKERS, PORTS
from pdserving.hardware.gpus import VISIBLE, NoDriverError, find_devices, visible_devices
from pdserving.hub.config_file import DEFAULT_PORT, HubConfig, InitArgs, ModuleInfo, read_config
from pdserving.hub.packages import (
    BUILT_IN_VERSION,
    install_package,
    installed_packages,
    read_package,
    uninstall_package,
)
from pdserving.hub.services import hub_settings
from pdserving.models.store import DEFAULT_MODELS_DIR
from pdserving.networking import LOOPBACK, free_port
from pdserving.serving import report, run
from pdserving.setup_errors import HubError
from pdserving.supervision.run_file import stop_and_report
from pdserving.tables import table

_COLUMNS = ("name", "version", "kind", "origin")
_FLAGS = ("modules", "port", "use_multiprocess", "workers")


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", default_settings: Path) -> None:
    """Add the command `hub`.

    Args:
        commands: the commands of the program.
        default_settings: the configuration that a hub service starts from.
    """
    hub = commands.add_parser("hub", help="PaddleHub Serving's commands: serving start and stop, install, list")
    actions = hub.add_subparsers(metavar="ACTION", required=True)

    serving = actions.add_parser("serving", help="start or stop a service").add_subparsers(
        metavar="ACTION", required=True
    )
    start = serving.add_parser("start", help="serve modules until stopped")
    start.add_argument("--modules", "-m", nargs="+", metavar="MODULE[==VERSION]", help="modules to serve")
    start.add_argument(
        "--port", "-p", type=_whole_number(*PORTS), metavar="PORT", help=f"HTTP port (default: {DEFAULT_PORT})"
    )
    start.add_argument(
        "--use_multiprocess",
        action="store_true",
        default=None,
        help="let --workers pictures into the pipeline at a time",
    )
    start.add_argument(
        "--workers",
        "-w",
        type=_whole_number(1, MAX_WORKERS),
        metavar="N",
        help="pictures in the pipeline at a time, with --use_multiprocess (default: 2 × cores - 1)",
    )
    start.add_argument("--config", "-c", type=Path, metavar="FILE", help="config.json that says it all instead")
    start.add_argument(
        "--settings",
        type=Path,
        help=f"YAML file with everything else (default: {default_settings}, with use_gpu {GPU_CONFIG})",
    )
    start.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override a key of --settings, such as profile=ppocrv4",
    )
    add_log_format(start)
    start.set_defaults(run=run_start, default_settings=default_settings)

    stop = serving.add_parser("stop", help="stop the service on a port")
    stop.add_argument(
        "--port",
        "-p",
        type=_whole_number(*PORTS),
        default=DEFAULT_PORT,
        metavar="PORT",
        help="HTTP port (default: %(default)s)",
    )
    stop.set_defaults(run=run_stop)

    install = actions.add_parser("install", help="install a service package")
    install.add_argument(
        "folder", type=Path, metavar="FOLDER", help="its config.json, params.yml and perhaps module.py"
    )
    _add_models_dir(install)
    install.set_defaults(run=run_install)

    uninstall = actions.add_parser("uninstall", help="remove an installed service package")
    uninstall.add_argument("name", metavar="NAME", help="its name, as `hub list` says it")
    _add_models_dir(uninstall)
    uninstall.set_defaults(run=run_uninstall)

    listing = actions.add_parser("list", help="list the modules that can be served")
    _add_models_dir(listing)
    listing.set_defaults(run=run_list)


def run_start(args: argparse.Namespace) -> int:
    """Serve until stopped, and return the exit status.

    Raises:
        SetupError: the service cannot start.
    """
    source = str(args.config or "hub serving start")
    rpc_port = free_port(LOOPBACK)

    def load() -> Settings:
        config = _asked_for(args)
        gpu_ids = _gpu_ids(config, os.environ, args.config)
        path = args.settings or (GPU_CONFIG if gpu_ids else args.default_settings)
        return hub_settings(config, path, args.set, source, rpc_port, gpu_ids)

    return run(load, " ".join([source, *(f"--set {pair}" for pair in args.set)]), fetch=True)


def run_stop(args: argparse.Namespace) -> int:
    """Stop the service on a port, and return 0, even where there is none."""
    return stop_and_report(args.port)


def run_install(args: argparse.Namespace) -> int:
    """Install a package, and return 0.

    Raises:
        HubError: it cannot be installed.
    """
    package = install_package(args.folder, args.models_dir, report)
    print(f"installed {package.name}=={package.version} in {package.folder}")
    return 0


def run_uninstall(args: argparse.Namespace) -> int:
    """Remove an installed package, and return 0.

    Raises:
        HubError: there is none of that name.
    """
    uninstall_package(args.name, args.models_dir)
    print(f"uninstalled {args.name}")
    return 0


def run_list(args: argparse.Namespace) -> int:
    """Print the modules, and return 0 whatever their states."""
    rows = {name: (name, BUILT_IN_VERSION, str(kind), "built in") for name, kind in HUB_BUILT_IN.items()}
    for folder in installed_packages(args.models_dir):
        try:
            package = read_package(folder)
            rows[folder.name] = (folder.name, package.version, package.kind, str(folder))
        except HubError as error:
            rows[folder.name] = (folder.name, "-", "-", f"unusable: {error}")
    print(table([_COLUMNS, *rows.values()]))
    return 0


def _asked_for(args: argparse.Namespace) -> HubConfig:
    """What the command line asks for, in the form of a `config.json`."""
    if args.config is not None:
        ignored = [f"--{flag}" for flag in _FLAGS if getattr(args, flag) is not None]
        if ignored:
            print(f"warning: {args.config} says it all: {', '.join(ignored)} ignored", file=sys.stderr)
        return read_config(args.config)
    if not args.modules:
        raise HubError("hub serving start: which modules? accepted: --modules MODULE …, or --config FILE")
    modules = {}
    for item in args.modules:
        name, equals, version = item.partition("==")
        modules[name] = ModuleInfo(init_args=InitArgs(version=version if equals else None))
    try:
        return HubConfig(
            modules_info=modules,
            port=args.port or DEFAULT_PORT,
            use_multiprocess=bool(args.use_multiprocess),
            workers=args.workers,
        )
    except ValidationError:
        raise HubError(f"--modules {' '.join(args.modules)}: accepted: names as `hub list` says them") from None


def _gpu_ids(config: HubConfig, environment: Mapping[str, str], source: Path | None) -> tuple[int, ...]:
    """The ids of the GPUs to serve on, as the configuration has them; none where no module asks for a GPU.

    Raises:
        HubError: a module asks for a GPU that it cannot have.
    """
    name = next((name for name, info in config.modules_info.items() if info.init_args.use_gpu), None)
    if name is None:
        return ()
    key = f"{source}: modules_info.{name}.init_args.use_gpu"
    if config.use_multiprocess:
        raise HubError(f"{key} and use_multiprocess are both true; accepted: one of them")
    asked = environment.get(VISIBLE)
    if not asked:
        raise HubError(f"{key} is true, and {VISIBLE} is not set; accepted: GPU ids in it, such as 0")
    try:
        count = len(visible_devices(find_devices().all, environment))
    except NoDriverError as error:
        raise HubError(f"{key} is true, and there is no GPU: {error}; accepted: false, for the CPU") from None
    if count == 0:
        raise HubError(f"{key} is true, and {VISIBLE}={asked} names no GPU of this machine; accepted: ids of its GPUs")
    # Paddle counts the GPUs that CUDA_VISIBLE_DEVICES leaves.
    return tuple(range(count))


def _whole_number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} is not accepted; accepted: {least} to {most}")
        return int(text)

    return parse


def _add_models_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--models-dir", type=Path, default=DEFAULT_MODELS_DIR, help="packages are in its hub/ (default: %(default)s)"
    )
