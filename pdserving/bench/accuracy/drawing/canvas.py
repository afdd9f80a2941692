"""A page that is drawn line by line, and remembers what it says and where."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pdserving.bench.accuracy.drawing.fonts import Face, lacking, open_font
from pdserving.bench.accuracy.truth import Corners, Line, corners

Colour: TypeAlias = tuple[int, int, int]
"""RGB, 0 to 255."""

Pixels: TypeAlias = NDArray[np.uint8]
"""An image of shape (height, width, 3), BGR."""

BLACK: Colour = (20, 20, 20)
_WHITE: Colour = (255, 255, 255)

_FULL_LINE = "Hp"
"""What is as high as a line of Latin script: a quad has this height even where the text is a dash."""


@dataclass(frozen=True)
class Drawn:
    """A picture and its lines in reading order."""

    image: Pixels
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Box:
    """A part of a page, in pixels."""

    left: float
    top: float
    width: float
    height: float


class Canvas:
    """A page of one colour that text is written on.

    Args:
        width, height: its size in pixels.
        paper, ink: the colours of the page and of its text.

    Attributes:
        pen: draws what is no text.
        lines: what was written, in the order in which it was.
    """

    def __init__(self, width: int, height: int, paper: Colour = _WHITE, ink: Colour = BLACK) -> None:
        self._image = Image.new("RGB", (width, height), paper)
        self._ink = ink
        self.pen = ImageDraw.Draw(self._image)
        self.lines: list[Line] = []

    def write(
        self, text: str, left: float, baseline: float, face: Face, size: float, ink: Colour | None = None
    ) -> float:
        """Write a line and return where it ends, in pixels from the page's left edge."""
        absent = lacking(face, text)
        if absent:
            raise ValueError(f"{face.file} lacks {absent} of {text!r}")
        font = open_font(face, size)
        place = (round(left), round(baseline))
        self.pen.text(place, text, ink or self._ink, font, anchor="ls")
        x0, y0, x1, y1 = font.getbbox(text, anchor="ls")
        if text.isascii() or not is_wide(text):
            _, above, _, below = font.getbbox(_FULL_LINE, anchor="ls")
            y0, y1 = min(y0, above), max(y1, below)
        x, y = place
        self.lines.append(Line(text, _rectangle(x + x0, y + y0, x + x1, y + y1)))
        return left + font.getlength(text)

    def write_down(self, text: str, left: float, top: float, face: Face, size: float) -> None:
        """Write a column from top to bottom, one character under the other."""
        font = open_font(face, size)
        for row, character in enumerate(text):
            self.pen.text((round(left), round(top + size * row)), character, self._ink, font, anchor="lt")
        right, bottom = left + size, top + size * len(text)
        self.lines.append(Line(text, _rectangle(left, top, right, bottom)))

    def fill(self, box: Box, pieces: Iterator[str], face: Face, size: float, leading: float, blank: str = " ") -> float:
        """Fill a box with lines of prose and return the last baseline.

        Args:
            box: what the lines stay in.
            pieces: words with their signs; as many as it takes.
            face: the font.
            size: its size in pixels.
            leading: the distance of two baselines, in sizes.
            blank: what stands between pieces.
        """
        font = open_font(face, size)
        baseline, text = box.top + size, next(pieces)
        while baseline + leading * size <= box.top + box.height:
            piece = next(pieces)
            if font.getlength(text + blank + piece) <= box.width:
                text += blank + piece
                continue
            self.write(text, box.left, baseline, face, size)
            baseline, text = baseline + leading * size, piece
        self.write(text, box.left, baseline, face, size)
        return baseline

    def drawn(self) -> Drawn:
        """The page as it is now."""
        return Drawn(cv2.cvtColor(np.asarray(self._image), cv2.COLOR_RGB2BGR).astype(np.uint8), tuple(self.lines))


def is_wide(text: str) -> bool:
    """Whether a text has characters of Chinese or Japanese."""
    return any("\u3040" <= character <= "\u9fff" for character in text)


def turned(page: Drawn, degrees: float, paper: Colour = _WHITE) -> Drawn:
    """The page turned clockwise; the picture grows to hold all of it."""
    height, width = page.image.shape[:2]
    if degrees % 90 == 0:
        image = np.ascontiguousarray(np.rot90(page.image, -round(degrees / 90) % 4))
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    new_width = round(abs(width * cosine) + abs(height * sine))
    new_height = round(abs(width * sine) + abs(height * cosine))
    matrix = np.array(
        [
            [cosine, -sine, (new_width - width * cosine + height * sine) / 2],
            [sine, cosine, (new_height - width * sine - height * cosine) / 2],
        ]
    )
    if degrees % 90 != 0:
        border = tuple(reversed(paper))
        image = cv2.warpAffine(
            page.image, matrix, (new_width, new_height), flags=cv2.INTER_CUBIC, borderValue=border
        ).astype(np.uint8)
    return Drawn(image, tuple(replace(line, quad=_moved(line.quad, matrix)) for line in page.lines))


def pasted(page: Drawn, patch: Drawn, left: int, top: int) -> Drawn:
    """The page with another upon it, whose lines follow its own and have no place in the order."""
    image = page.image.copy()
    height, width = patch.image.shape[:2]
    image[top : top + height, left : left + width] = patch.image
    shift = np.array([[1, 0, left], [0, 1, top]], float)
    labels = (replace(line, quad=_moved(line.quad, shift), ordered=False) for line in patch.lines)
    return Drawn(image, (*page.lines, *labels))


def noise_seed(rng: Random) -> int:
    """A seed for NumPy's generators."""
    return rng.getrandbits(32)


def _rectangle(left: float, top: float, right: float, bottom: float) -> Corners:
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _moved(quad: Corners, matrix: NDArray[np.float64]) -> Corners:
    return corners((np.array(quad) @ matrix[:, :2].T + matrix[:, 2]).tolist())
