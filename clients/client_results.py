"""What a client gets for an image: the lines that were read, or the reason why there are none."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import NoReturn

# What a request or an answer may take up on the wire.
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
    """The server refused the image, or no usable answer came."""

    def __init__(self, err_no: int, message: str) -> None:
        super().__init__(message)
        self.err_no = err_no
        self.message = message


@dataclass(frozen=True)
class Line:
    """One line of text.

    `score` lies in 0…1. `quad` holds the corners in pixels of the upright picture, clockwise from the top left.
    """

    text: str
    score: float
    quad: Quad


@dataclass(frozen=True)
class Recognised:
    """The lines of an image and the milliseconds from sending it to having them."""

    image: Path
    lines: tuple[Line, ...]
    ms: float


@dataclass(frozen=True)
class Failed:
    """An image that came back without lines."""

    image: Path
    err_no: int
    message: str


Outcome = Recognised | Failed


def parse_lines(value: str) -> tuple[Line, ...]:
    """Returns the lines in the server's JSON, a list of `[[text, score], [[x, y] × 4]]`.

    Raises ValueError where it is anything else.
    """
    try:
        entries = json.loads(value, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("the result is nested too deeply") from None
    if not isinstance(entries, list):
        raise ValueError("the result is not a list of lines")
    return tuple(_parse_line(entry) for entry in entries)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _parse_line(entry: object) -> Line:
    match entry:
        case [[str(text), score], [corner_1, corner_2, corner_3, corner_4]]:
            quad = (_parse_point(corner_1), _parse_point(corner_2), _parse_point(corner_3), _parse_point(corner_4))
            return Line(text, _parse_number(score), quad)
        case _:
            raise ValueError("a line is not [[text, score], four corners]")


def _parse_point(corner: object) -> Point:
    match corner:
        case [x, y]:
            return _parse_number(x), _parse_number(y)
        case _:
            raise ValueError("a corner is not [x, y]")


def _parse_number(number: object) -> float:
    # A bool is an int in Python, not in JSON; 1e999 is valid JSON and reads as infinity.
    if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) <= sys.float_info.max:
        raise ValueError("a score or a coordinate is not a finite number")
    return number
