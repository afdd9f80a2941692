"""What clients of the pipeline protocol share, over HTTP and over gRPC."""

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

TIMEOUT_S = 60
"""Seconds without an answer after which a contender is said to hang."""


class RefusedError(Exception):
    """The service answered a picture with an error."""


class PipelineClient(Protocol):
    """Asks for one picture after the other over a connection of its own.

    Args:
        port: the service's port on the loopback interface.
        names: the pictures' names, for messages.
        requests: the pictures' requests, as `prepare` made them.
    """

    def __init__(self, port: int, names: Sequence[str], requests: Sequence[bytes]) -> None: ...

    @staticmethod
    def prepare(images: Sequence[str]) -> list[bytes]:
        """The requests for pictures, each a file as base64; they are made beforehand, once for all clients."""

    def __call__(self, index: int) -> int:
        """The number of a picture's lines.

        Raises:
            RefusedError: the answer is an error.
            ContenderError: there was no answer.
        """

    def close(self) -> None:
        """Close the connection."""


def read_pictures(pictures: Sequence[Path]) -> list[str]:
    """Each picture's file as base64, as every client sends it."""
    return [base64.b64encode(picture.read_bytes()).decode() for picture in pictures]


def read_texts(name: str, err_no: int, err_msg: str, value: Sequence[str]) -> list[str]:
    """The text of each line in the fields of a pipeline `Response`.

    Raises:
        RefusedError: they are an error, or not what the protocol says.
    """
    if err_no != 0:
        raise RefusedError(f"{name}: {err_msg[:120]}")
    try:
        return [text for (text, _), _ in json.loads(value[0])]
    except (ValueError, LookupError, TypeError) as error:
        raise RefusedError(f"{name}: no answer of the protocol: {error}") from None
