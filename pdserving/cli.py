"""The command line: `python -m pdserving COMMAND`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pdserving.config import ConfigurationError, load_settings
from pdserving.models import commands as model_commands
from pdserving.models.stages import fetch_models, resolve_models
from pdserving.networking import AddressError, check_can_listen
from pdserving.run_file import stop_services
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
    except KeyboardInterrupt:
        return 130
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
    for section, host, port in (
        ("http", settings.http_host, settings.http_port),
        ("rpc", settings.rpc_host, settings.rpc_port),
    ):
        try:
            check_can_listen(host, port)
        except AddressError as error:
            raise ConfigurationError(
                f"{args.config}: {section}_host, {section}_port: {error}; accepted: an address of this machine "
                f"with a free port, as by --set {section}_port={port + 1}"
            ) from None
    if settings.http_port == settings.rpc_port:
        raise ConfigurationError(f"{args.config}: http_port, rpc_port: both are {settings.rpc_port}; accepted: 2 ports")
    try:
        if args.fetch:
            fetch_models(settings, _report)
        resolve_models(settings)
    except ConfigurationError as error:
        raise ConfigurationError(f"{args.config}: {error}") from None
    return serve(settings, _report)


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
