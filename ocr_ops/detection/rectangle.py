"""Rotated rectangles and the order of their corners."""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
import pyclipper
from numpy.typing import NDArray

from ocr_ops.arrays import Floats

_SUBPIXELS = 64


@dataclass(frozen=True)
class Rectangle:
    """A rectangle at any angle.

    Attributes:
        centre: x and y, in pixels.
        width: one side, in pixels.
        height: the other side, in pixels.
        degrees: the rotation, as OpenCV gives it.
    """

    centre: tuple[float, float]
    width: float
    height: float
    degrees: float

    @classmethod
    def around(cls, points: NDArray[np.int32] | Floats) -> Self:
        """The smallest rectangle around points.

        Args:
            points: int32 or float32, shape (n, 2).

        Returns:
            The rectangle, whose sides may be 0.
        """
        (x, y), (width, height), degrees = cv2.minAreaRect(points)
        return cls((x, y), width, height, degrees)

    @property
    def shortest(self) -> float:
        """The shorter side, in pixels."""
        return min(self.width, self.height)

    def unclip(self, ratio: float) -> Self:
        """The rectangle, grown outwards by area × ratio / perimeter (Liao et al. 2020, equation 10).

        The offset outline has round corners; the result is the smallest rectangle around it. A rectangle without an
        area stays as it is.
        """
        perimeter = 2 * (self.width + self.height)
        distance = self.width * self.height * ratio / perimeter if perimeter else 0.0
        # pyclipper computes in whole numbers. With parts of a pixel as its unit, the rounding does not show.
        offset = pyclipper.PyclipperOffset(arc_tolerance=_SUBPIXELS / 4)
        path = np.rint(self.corners() * _SUBPIXELS).astype(np.int64).tolist()
        offset.AddPath(path, pyclipper.JT_ROUND, pyclipper.ET_CLOSEDPOLYGON)
        outlines = offset.Execute(distance * _SUBPIXELS) if distance else []
        if not outlines:
            return self
        return type(self).around(np.divide(outlines[0], _SUBPIXELS, dtype=np.float32))

    def corners(self) -> Floats:
        """The corners in their order around the rectangle: float32, shape (4, 2)."""
        box = cv2.boxPoints((self.centre, (self.width, self.height), self.degrees))
        return box.astype(np.float32, copy=False)


def clockwise(points: Floats) -> Floats:
    """The corners of a convex quad, clockwise as one sees the image, from the top-left corner on.

    The top-left corner is the one with the smallest x + y; of two with the same sum, it is the upper one.

    Args:
        points: float32, shape (4, 2), in either direction around the quad.

    Returns:
        float32, shape (4, 2).
    """
    x, y = points[:, 0], points[:, 1]
    if np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) < 0:
        points = points[::-1]
    first = min(range(4), key=lambda corner: (points[corner].sum(), points[corner, 1]))
    return np.roll(points, -first, axis=0)
