"""The command `pdserving convert`: the options of Paddle Serving's own converter, on today's Paddle."""

import argparse
import sys
from pathlib import Path

from pdserving.models.convert import convert_model, describe_model

_YES = ("1", "true", "yes", "y", "on")
_NO = ("0", "false", "no", "n", "off", "")


def add_convert_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `convert`."""
    parser = subparsers.add_parser("convert", help="make a Paddle inference model into a Paddle Serving model")
    add = parser.add_argument
    add("--dirname", type=Path, required=True, help="folder with the program and its parameters")
    add("--model_filename", help="name of the program file (default: found by its usual names)")
    add("--params_filename", help="name of the file of all parameters (default: found by its usual names)")
    add("--serving_server", type=Path, default=Path("serving_server"), help="folder to make (default: %(default)s)")
    add("--serving_client", type=Path, default=Path("serving_client"), help="folder to make (default: %(default)s)")
    # The original took a value, and took any for true; people pass True, or nothing.
    add("--show_proto", type=_flag, nargs="?", const=True, default=False, help="only print the description")
    add(
        "--feed_alias_names",
        type=_names,
        help="names for the inputs, separated by commas; for C++ serving only: pipelines use the model's own names",
    )
    add("--fetch_alias_names", type=_names, help="names for the outputs, separated by commas")
    parser.set_defaults(run=run_convert)


def run_convert(args: argparse.Namespace) -> int:
    """Convert, or only show the description; 0, or an error of `pdserving.setup_errors`."""
    if args.show_proto:
        conf = describe_model(
            args.dirname, args.model_filename, args.params_filename, args.feed_alias_names, args.fetch_alias_names
        )
        sys.stdout.write(str(conf.message()))
        return 0
    convert_model(
        args.dirname,
        args.model_filename,
        args.params_filename,
        args.serving_server,
        args.serving_client,
        args.feed_alias_names,
        args.fetch_alias_names,
    )
    print(f"wrote {args.serving_server} and {args.serving_client}")
    return 0


def _flag(text: str) -> bool:
    if text.lower() not in (*_YES, *_NO):
        raise argparse.ArgumentTypeError(f"{text!r}; accepted: true or false")
    return text.lower() in _YES


def _names(text: str) -> list[str]:
    return text.split(",")
