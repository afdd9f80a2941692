"""What a client gets for an image: the results that a server found in it, or the reason why there are none."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import NoReturn, Protocol

# The most that a request or an answer may take up on the wire.
MOST_MESSAGE_BYTES = 64 * 2**20

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]


class ErrorNumber(IntEnum):
    """Paddle Serving's numbers for what can go wrong on the client's side of the wire."""

    NO_SERVICE = 3002
    TIMEOUT = 6000
    BAD_ANSWER = 8000
    CLIENT_ERROR = 9000


class RequestError(Exception):
    """The server refused the image, or no usable answer came.

    Args:
        err_no: the server's number, or one of `ErrorNumber`.
        message: the reason, for people.
    """

    def __init__(self, err_no: int, message: str) -> None:
        super().__init__(message)
        self.err_no = err_no
        self.message = message


class DrawingError(Exception):
    """An image or what was found in it cannot be drawn."""


@dataclass(frozen=True)
class Region:
    """A place in an image.

    Attributes:
        text: the text that was read there; None where nothing was read.
        quad: the corners in pixels of the upright picture, clockwise from the text's top left.
    """

    text: str | None
    quad: Quad


class Result(Protocol):
    """One of the things that a server found in an image, such as a line of text."""

    def cells(self) -> Mapping[str, str]:
        """Its cells in a table, by the names of their columns."""
        ...

    def content(self) -> object:
        """What JSON shows of it."""
        ...

    def region(self) -> Region | None:
        """What a drawing shows of it; None if it has no place.

        Raises:
            DrawingError: what it has as its place is none.
        """
        ...


@dataclass(frozen=True)
class ResultKind:
    """What a server's results are.

    Attributes:
        name: what they are called.
        columns: the columns that each of them fills in a table.
    """

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Recognised:
    """The results of an image, and the milliseconds from sending it to having them."""

    image: Path
    results: tuple[Result, ...]
    ms: float


@dataclass(frozen=True)
class Failed:
    """An image that came back without results."""

    image: Path
    err_no: int
    message: str


Outcome = Recognised | Failed


def parse_json(text: str | bytes) -> object:
    """The content of a JSON text.

    Raises:
        ValueError: it is not JSON, is nested too deeply, or has a number that is not finite.
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_float=_parse_float)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def parse_quad(corners: object) -> Quad:
    """The quad that JSON holds as four [x, y].

    Raises:
        ValueError: it is anything else.
    """
    match corners:
        case [corner_1, corner_2, corner_3, corner_4]:
            return _parse_point(corner_1), _parse_point(corner_2), _parse_point(corner_3), _parse_point(corner_4)
        case _:
            raise ValueError("a quad is not four corners")


def parse_number(number: object) -> float:
    """A number of JSON.

    Raises:
        ValueError: it is no number, or not a finite one.
    """
    # A bool is an int in Python, not in JSON; an int can be larger than any float.
    if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) <= sys.float_info.max:
        raise ValueError("a score or a coordinate is not a finite number")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _parse_float(text: str) -> float:
    # 1e999 is valid JSON, but Python reads it as infinity, which no JSON can hold.
    number = float(text)
    if not abs(number) <= sys.float_info.max:
        raise ValueError("a number is out of range")
    return number


def _parse_point(corner: object) -> Point:
    match corner:
        case [x, y]:
            return parse_number(x), parse_number(y)
        case _:
            raise ValueError("a corner is not [x, y]")
