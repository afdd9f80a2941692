"""The command line: `python -m pdserving COMMAND`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pdserving.config import ConfigurationError, Settings, load_settings
from pdserving.models import commands as model_commands
from pdserving.models.stages import fetch_models, resolve_models
from pdserving.networking import AddressError, check_can_listen
from pdserving.run_file import RunFile, stop_services
from pdserving.setup_errors import SETUP_FAILED, SetupError
from pdserving.supervisor import serve

DEFAULT_CONFIG = Path("configs") / "cpu.yml"
STOP_TIMEOUT_S = 90


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 2 for a wrong usage or a setup that cannot work."""
    args = _parser().parse_args(arguments)
    try:
        status: int = args.run(args)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return SETUP_FAILED
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pdserving", description="The OCR service and its models.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    serve_parser = commands.add_parser("serve", help="serve until stopped")
    serve_parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG, help="YAML file (default: %(default)s)")
    serve_parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="override a key, such as op.rec.concurrency=4"
    )
    serve_parser.add_argument("--fetch", action="store_true", help="first fetch the profile's models that are missing")
    serve_parser.set_defaults(run=_serve)

    stop_parser = commands.add_parser("stop", help="stop the services that run from this folder")
    stop_parser.set_defaults(run=_stop)

    model_commands.add_parsers(commands)
    return parser


def _serve(args: argparse.Namespace) -> int:
    settings = load_settings(args.config, args.set)
    source = " ".join([str(args.config), *(f"--set {pair}" for pair in args.set)])
    with RunFile(settings.http_port):
        _check_addresses(settings, source)
        try:
            if args.fetch:
                fetch_models(settings, _report)
            resolve_models(settings)
        except ConfigurationError as error:
            raise ConfigurationError(f"{source}: {error}") from None
        except SetupError as error:
            keys = f"profile: {settings.profile!r}, models_dir: {str(settings.models_dir)!r}"
            raise ConfigurationError(f"{source}: {keys}: {error}") from None
        return serve(settings, _report)


def _check_addresses(settings: Settings, source: str) -> None:
    for kind, host, port in (
        ("http", settings.http_host, settings.http_port),
        ("rpc", settings.rpc_host, settings.rpc_port),
    ):
        try:
            check_can_listen(host, port)
        except AddressError as error:
            raise ConfigurationError(
                f"{source}: {kind}_host, {kind}_port: {error}; accepted: an address of this machine with a free port"
            ) from None


def _stop(_: argparse.Namespace) -> int:
    try:
        ended = stop_services(STOP_TIMEOUT_S)
    except TimeoutError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"stopped: {', '.join(map(str, ended))}" if ended else "no service runs from this folder")
    return 0


def _report(line: str) -> None:
    print(line, flush=True)
