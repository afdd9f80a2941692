"""`pdserving key new NAME`."""

import argparse

from pdserving.security.keys import NAME, entry, new_key


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `key`."""
    actions = commands.add_parser("key", help="make API keys").add_subparsers(metavar="ACTION", required=True)
    new = actions.add_parser("new", help="make a key, and print it and its line for security.keys_file")
    new.add_argument("name", metavar="NAME", type=_name, help="whom it is for; the log says it of each request")
    new.set_defaults(run=run_new)


def run_new(args: argparse.Namespace) -> int:
    """Print a new key and its line, and return 0. Nothing keeps the key."""
    key = new_key()
    print(f"key, for the caller; it is shown this once: {key}")
    print(f"line, for security.keys_file:               {entry(args.name, key)}")
    return 0


def _name(text: str) -> str:
    if NAME.fullmatch(text) is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not accepted; accepted: up to 64 of A-Z, a-z, 0-9, '.', '_', '-'"
        )
    return text
