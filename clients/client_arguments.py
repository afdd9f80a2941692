"""The command line that all clients share."""

import argparse
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from client_credentials import NO_CREDENTIALS, Credentials, add_credentials, check_credentials
from client_images import find_images

_MOST_THREADS = 1024
_LONGEST_TIMEOUT = 24 * 60 * 60


@dataclass(frozen=True)
class ClientArguments:
    """A checked command line.

    Attributes:
        images: the images to send, at least one.
        concurrency: how many requests are in flight at once.
        timeout: the seconds that each request may take.
        json_lines: whether JSON is printed in the place of tables.
        drawings: the folder that drawings are written to, which is there; None for no drawings.
        credentials: what the client shows the server, and how it checks it.
    """

    images: tuple[Path, ...]
    concurrency: int
    timeout: float
    json_lines: bool
    drawings: Path | None
    credentials: Credentials = NO_CREDENTIALS


def client_parser(description: str) -> argparse.ArgumentParser:
    """A parser of the arguments that every client takes.

    Each client adds its server's address, the images as `paths`, and how drawings are asked for.
    """
    parser = argparse.ArgumentParser(description=description, allow_abbrev=False)
    parser.add_argument(
        "--concurrency", metavar="N", type=_concurrency, default=1, help="requests in flight at once (default: 1)"
    )
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=_timeout, default=60.0, help="for each request (default: 60)"
    )
    add_credentials(parser)
    parser.add_argument("--json", dest="json_lines", action="store_true", help="print one JSON object per image")
    return parser


def check_arguments(
    parser: argparse.ArgumentParser, parsed: argparse.Namespace, drawings: Path | None, option: str = "--visualize"
) -> ClientArguments:
    """The parsed arguments, with the images found and the folder for drawings made; exits with 2 where they are wrong.

    Args:
        parser: the parser, which prints what is wrong.
        parsed: what it parsed.
        drawings: the folder for drawings; None for no drawings.
        option: the option that named the folder.
    """
    try:
        images = find_images(parsed.paths)
    except ValueError as error:
        parser.error(str(error))
    if drawings is not None:
        try:
            drawings.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            parser.error(f"{option}: {drawings}: {error.strerror}")
    return ClientArguments(
        images=images,
        concurrency=parsed.concurrency,
        timeout=parsed.timeout,
        json_lines=parsed.json_lines,
        drawings=drawings,
        credentials=check_credentials(parser, parsed),
    )


def is_loopback(host: str) -> bool:
    """Whether a host, a name or an address without brackets, is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def _concurrency(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not 1 <= number <= _MOST_THREADS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {_MOST_THREADS}")
    return number


def _timeout(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST_TIMEOUT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0, up to {_LONGEST_TIMEOUT}")
    return seconds
