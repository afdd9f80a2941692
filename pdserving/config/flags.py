"""Flags of the command line that stand for a key of the configuration."""

import argparse
from pathlib import Path
from typing import get_args

from pdserving.config.schema import LogFormat

GPU_CONFIG = Path("configs") / "gpu.yml"
"""The configuration of a service on GPUs, where none is named."""

_FORMATS: tuple[str, ...] = get_args(LogFormat)


def add_log_format(parser: argparse.ArgumentParser) -> None:
    """Add `--log-format`, short for `--set log_format=…`. Both end up in `set`, and the last one wins."""
    parser.add_argument(
        "--log-format",
        dest="set",
        action="append",
        type=_override,
        default=argparse.SUPPRESS,
        metavar="|".join(_FORMATS),
        help="override log_format: one JSON object a line, or text for people",
    )


def _override(name: str) -> str:
    if name not in _FORMATS:
        raise argparse.ArgumentTypeError(f"{name!r} is not accepted; accepted: {' or '.join(_FORMATS)}")
    return f"log_format={name}"
