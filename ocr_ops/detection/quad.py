"""The quad of a line of text."""

import math
from dataclasses import dataclass

from ocr_ops.arrays import Floats


@dataclass(frozen=True, eq=False)
class Quad:
    """Where a line of text is.

    Attributes:
        points: float32, shape (4, 2): x and y in image pixels, clockwise from the top-left corner.
        score: the box score, 0 to 1.
    """

    points: Floats
    score: float

    @property
    def height(self) -> float:
        """The shorter of its sides, in image pixels: as high as its text, whichever way that runs."""
        top_left, top_right, bottom_right, bottom_left = self.points
        along = math.dist(top_left, top_right) + math.dist(bottom_left, bottom_right)
        across = math.dist(top_left, bottom_left) + math.dist(top_right, bottom_right)
        return min(along, across) / 2
