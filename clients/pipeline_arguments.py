"""The command line that the two clients of the pipeline protocol share."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from client_arguments import ClientArguments, check_arguments, client_parser

IMAGE_KEY = "image"


def pipeline_parser(description: str) -> argparse.ArgumentParser:
    """A parser of everything but the server's address, which each client adds under a name of its own."""
    parser = client_parser(description)
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="an image, or a folder of images")
    parser.add_argument(
        "--option",
        metavar="KEY=VALUE",
        dest="options",
        type=_option,
        action="append",
        default=[],
        help="sent along with each image, such as rec.drop_score=0.3; may be repeated",
    )
    parser.add_argument(
        "--visualize",
        metavar="OUT_DIR",
        dest="drawings",
        type=Path,
        help="write a picture of each image's quads beside their text into this folder",
    )
    return parser


def check_pipeline_arguments(
    parser: argparse.ArgumentParser, parsed: argparse.Namespace
) -> tuple[ClientArguments, Mapping[str, str]]:
    """The checked arguments, and the options to send with each image; exits with 2 where they are wrong."""
    options = _unique(parser, parsed.options)
    return check_arguments(parser, parsed, parsed.drawings), options


def _unique(parser: argparse.ArgumentParser, options: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    unique = dict(options)
    if len(unique) < len(options):
        parser.error("--option: a key is given twice")
    return unique


def _option(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    if key == IMAGE_KEY:
        raise argparse.ArgumentTypeError(f"{IMAGE_KEY!r} is the key of the image itself")
    if not text.isprintable():
        raise argparse.ArgumentTypeError(f"{text!r} holds characters that cannot be sent")
    return key, value
