"""What the bench's commands have in common: options, and how they are run."""

import argparse
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NoReturn

from pdserving.__main__ import INTERRUPTED
from pdserving.bench.processes import ROOT


def command_parser(prog: str, description: str) -> argparse.ArgumentParser:
    """A parser with the options that say what is measured and where the results go."""
    parser = argparse.ArgumentParser(prog=prog, description=description)
    parser.add_argument(
        "--images", type=Path, default=ROOT / "tests" / "samples", help="folder of pictures (default: the samples)"
    )
    parser.add_argument("--skip", action="append", default=[], metavar="FILE", help="leave a picture out")
    parser.add_argument("--config", type=Path, default=ROOT / "configs" / "cpu.yml", help="the service's configuration")
    parser.add_argument("--output", type=Path, default=ROOT / "build", help="folder for the results (default: build)")
    return parser


def add_round_options(parser: argparse.ArgumentParser, clients: tuple[int, ...]) -> None:
    """Add the options of a command that measures in rounds; `clients` is the default of that option."""
    listed = ",".join(map(str, clients))
    parser.add_argument("--rounds", type=_positive, default=3, help="how often each contender runs (default: 3)")
    parser.add_argument("--clients", type=_counts, default=clients, help=f"for services (default: {listed})")
    parser.add_argument("--seconds", type=float, default=8, help="of one measurement, at least a pass (default: 8)")


def report(line: str) -> None:
    """Print a line for the person at the terminal, at once."""
    print(line, flush=True)


def run_command(main: Callable[[], int]) -> NoReturn:
    """Run a command and exit with its status; SIGTERM ends it as Ctrl-C does, so that what was started is ended."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text}; accepted: 1 or more")
    return number


def _counts(text: str) -> tuple[int, ...]:
    return tuple(sorted({_positive(part) for part in text.split(",")}))


def _interrupt(_: int, __: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
