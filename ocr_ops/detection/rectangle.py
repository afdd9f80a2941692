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
    """A rectangle at any angle: its centre and sides in pixels, and its rotation in degrees."""

    centre: tuple[float, float]
    width: float
    height: float
    degrees: float

    @classmethod
    def around(cls, points: NDArray[np.int32] | Floats) -> Self:
        """The smallest rectangle around points, shape (n, 2); its sides may be 0."""
        (x, y), (width, height), degrees = cv2.minAreaRect(points)
        return cls((x, y), width, height, degrees)

    @property
    def shortest(self) -> float:
        return min(self.width, self.height)

    def unclip(self, ratio: float) -> Self:
        """The smallest rectangle around this one offset outwards by area × ratio / perimeter.

        After Liao et al. 2020, equation 10. A rectangle without an area stays as it is.
        """
        perimeter = 2 * (self.width + self.height)
        distance = self.width * self.height * ratio / perimeter if perimeter else 0.0
        # pyclipper computes in whole numbers; in finer ones than pixels, its rounding does not show.
        offset = pyclipper.PyclipperOffset(arc_tolerance=_SUBPIXELS / 4)
        path = np.rint(self.corners() * _SUBPIXELS).astype(np.int64).tolist()
        offset.AddPath(path, pyclipper.JT_ROUND, pyclipper.ET_CLOSEDPOLYGON)
        outlines = offset.Execute(distance * _SUBPIXELS) if distance else []
        if not outlines:
            return self
        return type(self).around(np.divide(outlines[0], _SUBPIXELS, dtype=np.float32))

    def corners(self) -> Floats:
        """float32, shape (4, 2), in the order they are passed going around."""
        box = cv2.boxPoints((self.centre, (self.width, self.height), self.degrees))
        return box.astype(np.float32, copy=False)


def clockwise(points: Floats) -> Floats:
    """The corners of a convex quad, shape (4, 2), clockwise from the top-left one: that with the smallest x + y.

    As the y axis points down, so clockwise is as a reader sees the image. Between two corners that are equally far to
    the top left, the upper one comes first.
    """
    x, y = points[:, 0], points[:, 1]
    if np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) < 0:
        points = points[::-1]
    first = min(range(4), key=lambda corner: (points[corner].sum(), points[corner, 1]))
    return np.roll(points, -first, axis=0)
