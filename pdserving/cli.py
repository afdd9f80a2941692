"""The command line: `pdserving COMMAND`, or `python -m pdserving COMMAND`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pdserving.config import load_settings
from pdserving.config.flags import add_log_format
from pdserving.doctor import command as doctor_command
from pdserving.hub import commands as hub_commands
from pdserving.models import commands as model_commands
from pdserving.security import commands as key_commands
from pdserving.serving import run
from pdserving.setup_errors import SETUP_FAILED, SetupError
from pdserving.supervision.reload_file import reload_and_report
from pdserving.supervision.run_file import stop_and_report
from pdserving.supervision.signals import let_reload_through

_DEFAULT_CONFIG = Path("configs") / "cpu.yml"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 2 for a wrong usage or a setup that cannot work."""
    args = _parser().parse_args(arguments)
    if args.run not in (_serve, hub_commands.run_start):  # a service takes the signal when it is ready for it
        let_reload_through()
    try:
        status: int = args.run(args)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return SETUP_FAILED
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pdserving", description="The OCR service and its models.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    serve_parser = commands.add_parser("serve", help="serve until stopped")
    serve_parser.add_argument("--config", type=Path, default=_DEFAULT_CONFIG, help="YAML file (default: %(default)s)")
    serve_parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="override a key, such as op.rec.concurrency=4"
    )
    add_log_format(serve_parser)
    serve_parser.add_argument("--fetch", action="store_true", help="first fetch the profile's models that are missing")
    serve_parser.set_defaults(run=_serve)

    stop_parser = commands.add_parser("stop", help="stop the services that run from this folder")
    stop_parser.set_defaults(run=_stop)

    reload_parser = commands.add_parser(
        "reload", help="let the services that run from this folder read their configuration and models again"
    )
    reload_parser.set_defaults(run=_reload)

    doctor_command.add_parser(commands, _DEFAULT_CONFIG)
    hub_commands.add_parsers(commands, _DEFAULT_CONFIG)
    model_commands.add_parsers(commands)
    key_commands.add_parsers(commands)
    return parser


def _serve(args: argparse.Namespace) -> int:
    return run(
        lambda: load_settings(args.config, args.set),
        " ".join([str(args.config), *(f"--set {pair}" for pair in args.set)]),
        args.fetch,
    )


def _stop(_: argparse.Namespace) -> int:
    return stop_and_report()


def _reload(_: argparse.Namespace) -> int:
    return reload_and_report()
