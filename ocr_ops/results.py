"""What the stages find in an image."""

from dataclasses import dataclass

from ocr_ops.arrays import Floats


@dataclass(frozen=True, eq=False)
class Quad:
    """Where a line of text is.

    points: float32, shape (4, 2), x and y in image pixels, clockwise from the top-left corner.
    score: the box score, 0 to 1.
    """

    points: Floats
    score: float


@dataclass(frozen=True)
class Angle:
    """How a crop is turned: `degrees` is 0 or 180, `score` 0 to 1."""

    degrees: int
    score: float


@dataclass(frozen=True)
class Text:
    """What a crop says.

    score: mean probability of the characters, 0 to 1; 0 for an empty text.
    columns: the centre of each character along the crop, as a fraction 0 to 1 of the crop's own (unpadded) width.
    """

    text: str
    score: float
    columns: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class TextLine:
    """A line of text and its place.

    `score` and `columns` are as in `Text`; `angle` is None where crops are not classified.
    """

    text: str
    score: float
    quad: Quad
    angle: Angle | None
    columns: tuple[float, ...]
