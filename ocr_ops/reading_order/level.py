"""The quads of a page turned so that its rows are level."""

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ocr_ops.detection import Quad

# A quad this many times as wide as high tells how the image is tilted. One this many times as high as wide tells that
# its text runs from top to bottom. Quads of other aspect ratios do not tell reliably.
_TELLING_ASPECT_RATIO = 2.0
# Turns points, as rows of x and y, counter-clockwise by 90 degrees.
_QUARTER_BACK = np.array([(0, -1), (1, 0)], np.float32)

Floats: TypeAlias = NDArray[np.float64]


def turned_upright(quads: Sequence[Quad], rotation: int) -> list[Quad]:
    """The quads of a page as they lie when it is turned upright, about the origin.

    Args:
        quads: in the picture's coordinates.
        rotation: the degrees by which the upright page was turned clockwise to give the picture: 0, 90, 180 or 270.
    """
    quarters = rotation // 90
    if quarters == 0:
        return list(quads)
    turn = np.linalg.matrix_power(_QUARTER_BACK, quarters)
    # The corner at the top left of the upright page comes first.
    return [Quad(np.roll(quad.points @ turn, -quarters, axis=0), quad.score) for quad in quads]


def level(quads: Sequence[Quad]) -> Floats:
    """The points of an image's quads, turned so that its rows are level.

    An image in columns is turned counter-clockwise by 90 degrees first, as `crop_quad` turns a column, so that the
    rightmost column is the uppermost row.

    Args:
        quads: at least one.

    Returns:
        float64, shape (quads, 4, 2).
    """
    points = np.stack([quad.points for quad in quads]).astype(np.float64)
    if _in_columns(points):
        points = np.roll(np.stack((points[:, :, 1], -points[:, :, 0]), axis=2), -1, axis=1)
    # Turned, and scaled a little. Not sheared: columns are to stand upright where rows are level.
    slope, x, y = _slope(points), points[:, :, 0], points[:, :, 1]
    return np.stack((x + slope * y, y - slope * x), axis=2)


def _in_columns(points: Floats) -> bool:
    """Whether most of the text, by its length, runs from top to bottom."""
    width, height = _sides(points)
    tall = height >= _TELLING_ASPECT_RATIO * width
    # `fsum` gives the same sum in any order, so the order of the quads cannot change the answer.
    return 2 * math.fsum(height[tall]) > math.fsum(np.maximum(width, height))


def _sides(points: Floats) -> tuple[Floats, Floats]:
    """The widths and heights of quads whose corners go clockwise from the top left, in pixels."""
    along = (points[:, 1] + points[:, 2] - points[:, 0] - points[:, 3]) / 2
    across = (points[:, 2] + points[:, 3] - points[:, 0] - points[:, 1]) / 2
    return np.hypot(along[:, 0], along[:, 1]), np.hypot(across[:, 0], across[:, 1])


def _slope(points: Floats) -> float:
    """How far lines drop for each pixel to the right: the median of the long quads, weighted by their lengths."""
    along = (points[:, 1] + points[:, 2] - points[:, 0] - points[:, 3]) / 2
    length, height = _sides(points)
    # Text at more than 45 degrees is turned text, not a tilted image.
    telling = (length >= _TELLING_ASPECT_RATIO * height) & (along[:, 0] > np.abs(along[:, 1]))
    if not telling.any():
        return 0.0
    slopes, lengths = along[telling, 1] / along[telling, 0], length[telling]
    order = np.argsort(slopes, kind="stable")
    half = np.searchsorted(np.cumsum(lengths[order]), lengths.sum() / 2)
    return float(slopes[order][min(half, len(order) - 1)])
