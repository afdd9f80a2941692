"""The stages' results on one line of text, put together."""

from dataclasses import dataclass

from ocr_ops.classification import Angle
from ocr_ops.detection import Quad


@dataclass(frozen=True, eq=False)
class TextLine:
    """A line of text and its place.

    Attributes:
        text: what it says.
        score: the text's score, as in `Text`.
        quad: where it is, in pixels of the image.
        angle: how its crop was turned; None where crops are not classified.
        columns: the characters' centres, as in `Text`.
        laid_down: whether its crop was laid down, before it was turned by its angle.
    """

    text: str
    score: float
    quad: Quad
    angle: Angle | None
    columns: tuple[float, ...]
    laid_down: bool = False
