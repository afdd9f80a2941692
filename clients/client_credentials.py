"""What a client shows a server, and how it checks the server: an API key, and certificates for TLS."""

import argparse
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_KEY_VARIABLE = "PDSERVING_API_KEY"


@dataclass(frozen=True)
class Credentials:
    """A key and certificates. All files are PEM.

    Attributes:
        key: the API key; None for none.
        ca: the roots that the server's certificate is checked by; None for the system's.
        cert: the client's certificate, with its private key where `cert_key` is None; None for none.
        cert_key: the private key of `cert`; None where `cert` holds it.
    """

    key: str | None = None
    ca: Path | None = None
    cert: Path | None = None
    cert_key: Path | None = None

    def headers(self) -> Mapping[str, str]:
        """The HTTP headers, or the metadata of gRPC, that carry the key; names in lower case."""
        return {} if self.key is None else {"authorization": f"Bearer {self.key}"}

    def context(self) -> ssl.SSLContext:
        """The context that checks a server over HTTPS.

        Raises:
            OSError: a file cannot be read.
            ssl.SSLError: a file is not PEM, or the files do not belong together.
        """
        context = ssl.create_default_context(cafile=self.ca)
        if self.cert is not None:
            context.load_cert_chain(self.cert, self.cert_key)
        return context


NO_CREDENTIALS = Credentials()


def add_credentials(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say what the client shows and what it checks."""
    parser.add_argument(
        "--key",
        type=_key,
        help=f"API key; others on this machine can see it here, but not in the variable {_KEY_VARIABLE}",
    )
    parser.add_argument("--ca", metavar="FILE", type=Path, help="PEM, roots to check the server's certificate by")
    parser.add_argument(
        "--cert", metavar="FILE", type=Path, help="PEM, this client's certificate, and its private key or --cert-key"
    )
    parser.add_argument("--cert-key", metavar="FILE", type=Path, help="PEM, the private key of --cert")


def check_credentials(parser: argparse.ArgumentParser, parsed: argparse.Namespace) -> Credentials:
    """The credentials of the command line and the environment; exits with 2 where one cannot be used."""
    key = parsed.key
    if key is None and (of_environment := os.environ.get(_KEY_VARIABLE)):
        try:
            key = _key(of_environment)
        except argparse.ArgumentTypeError as error:
            parser.error(f"{_KEY_VARIABLE}: {error}")
    if parsed.cert_key is not None and parsed.cert is None:
        parser.error("--cert-key is given without --cert")
    credentials = Credentials(key, parsed.ca, parsed.cert, parsed.cert_key)
    for option, file in (("--ca", parsed.ca), ("--cert", parsed.cert), ("--cert-key", parsed.cert_key)):
        if file is not None and not os.access(file, os.R_OK):
            parser.error(f"{option}: {file} cannot be read")
    try:
        credentials.context()
    except (OSError, ssl.SSLError) as error:
        parser.error(f"--ca, --cert, --cert-key: not PEM files that belong together: {error}")
    return credentials


def _key(text: str) -> str:
    # The text itself is not repeated: it may be a key with a slip in it.
    if not (text.isascii() and text.isprintable() and text.strip() == text and text):
        raise argparse.ArgumentTypeError("a key is printable ASCII without blanks around it")
    return text
