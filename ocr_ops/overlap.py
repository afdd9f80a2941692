"""What convex outlines in an image share."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_ops.arrays import Floats


def shared_areas(outlines: Sequence[Floats], others: Sequence[Floats]) -> NDArray[np.float64]:
    """The area that each of some outlines shares with each of some others, in square pixels.

    Args:
        outlines: convex, float32, shape (points, 2) or (points, 1, 2): x and y in pixels, around the outline.
        others: the same.

    Returns:
        float64, shape (outlines, others).
    """
    shared = np.zeros((len(outlines), len(others)))
    if not shared.size:
        return shared
    (low, high), (other_low, other_high) = _extents(outlines), _extents(others)
    meet = ((low[:, None] < other_high[None]) & (other_low[None] < high[:, None])).all(axis=2)
    for one, other in np.argwhere(meet):
        shared[one, other] = cv2.intersectConvexConvex(outlines[one], others[other])[0]
    return shared


def _extents(outlines: Sequence[Floats]) -> tuple[Floats, Floats]:
    corners = [outline.reshape(-1, 2) for outline in outlines]
    return np.stack([own.min(axis=0) for own in corners]), np.stack([own.max(axis=0) for own in corners])
