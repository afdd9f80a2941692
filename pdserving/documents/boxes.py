"""The places of a line's words and characters.

The recogniser tells the centre of each character along its crop. A character reaches midway to the centres of its
neighbours, and from the top of its line to the bottom.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from pdserving.documents.characters import Piece, pieces
from pdserving.page_answer import LineAnswer

Corners: TypeAlias = list[list[float]]
"""4 × (x, y), in pixels, clockwise from the text's top left."""

# The height of the baseline above a line's bottom, as a fraction of the line's height.
DESCENT = 0.2


@dataclass(frozen=True)
class TextBox:
    """A word or a character, and its place.

    Attributes:
        text: the word or character.
        quad: its place, beginning at its top left and going on in the direction of reading.
    """

    text: str
    quad: Corners


def reading_quad(line: LineAnswer) -> Corners:
    """A line's quad, turned to begin at the top left of its text and to go on in the direction of reading."""
    first = line.direction // 90
    return [[float(value) for value in line.quad[(first + corner) % 4]] for corner in range(4)]


def extents(columns: Sequence[float], length: int) -> list[tuple[float, float]]:
    """The beginning and end of each character along its line, as fractions 0 to 1.

    Args:
        columns: the characters' centres, ascending. Where there are not as many centres as characters (a class of the
            recogniser may be more than one character), the characters are taken to be equally wide.
        length: how many characters there are.
    """
    if length == 0:
        return []
    if len(columns) != length or length == 1:
        return [(index / length, (index + 1) / length) for index in range(length)]
    middles = [(left + right) / 2 for left, right in pairwise(columns)]
    begin = max(0.0, 2 * columns[0] - middles[0])
    end = min(1.0, 2 * columns[-1] - middles[-1])
    return list(zip((begin, *middles), (*middles, end), strict=True))


def word_boxes(line: LineAnswer) -> list[TextBox]:
    """The words of a line: cut at blanks, and where a script that has no blanks between words begins or ends."""
    return _boxes(line, lambda piece: [piece])


def character_boxes(line: LineAnswer) -> list[TextBox]:
    """The characters of a line, without its blanks."""
    return _boxes(line, lambda piece: (Piece(at, at + 1, piece.blank) for at in range(piece.start, piece.end)))


def _boxes(line: LineAnswer, parts: Callable[[Piece], Sequence[Piece] | Iterator[Piece]]) -> list[TextBox]:
    text = line.text or ""
    quad = reading_quad(line)
    spans = extents(line.columns, len(text))
    return [
        TextBox(text[part.start : part.end], _cut(quad, spans[part.start][0], spans[part.end - 1][1]))
        for piece in pieces(text)
        if not piece.blank
        for part in parts(piece)
    ]


def _cut(quad: Corners, begin: float, end: float) -> Corners:
    """The part of a quad between two fractions of its length."""
    top_left, top_right, bottom_right, bottom_left = quad
    return [
        _between(top_left, top_right, begin),
        _between(top_left, top_right, end),
        _between(bottom_left, bottom_right, end),
        _between(bottom_left, bottom_right, begin),
    ]


def _between(start: Sequence[float], end: Sequence[float], fraction: float) -> list[float]:
    return [round(a + (b - a) * fraction, 2) for a, b in zip(start, end, strict=True)]
