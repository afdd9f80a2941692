"""The order in which lines are read: rows from top to bottom, and from left to right within a row.

Where the writing runs from top to bottom, as in Chinese and Japanese, it is columns from right to left, and from top to
bottom within a column.
"""

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ocr_ops.detection import Quad

# Two quads are in one row if they share at least this part of the lower one's height.
_ROW_OVERLAP = 0.5
# A quad this many times as wide as high tells how the image is tilted. One this many times as high as wide tells that
# its text runs from top to bottom. Quads of other aspect ratios do not tell reliably.
_TELLING_ASPECT_RATIO = 2.0
# Turns points, as rows of x and y, counter-clockwise by 90 degrees.
_QUARTER_BACK = np.array([(0, -1), (1, 0)], np.float32)

_Points: TypeAlias = NDArray[np.float64]


def reading_order(quads: Sequence[Quad]) -> list[Quad]:
    """The same quads in the order they are read, which depends neither on the order they come in nor on their scale."""
    return [quads[index] for row in reading_rows(quads) for index in row]


def reading_rows(quads: Sequence[Quad]) -> list[list[int]]:
    """The rows of text, or the columns where the text runs from top to bottom.

    The quads are first turned level; those of an image in columns are laid on their side, where columns are rows. Then
    they are taken from left to right, and each goes to the row whose last quad's end it meets best. So a row may bend,
    and only neighbours need to be level with each other.

    Returns:
        For each row, from the uppermost on, the indices of its quads from left to right; for each column, from the
        rightmost on, the indices from top to bottom.
    """
    if not quads:
        return []
    points = level(quads)
    left, middle = points[:, (0, 3), 0].mean(axis=1), points[:, :, 1].mean(axis=1)
    scores = [quad.score for quad in quads]
    from_left = np.lexsort((scores, *points.reshape(-1, 8).T, left))
    rows = _rows(points, from_left.tolist())
    rows.sort(key=lambda row: (middle[row].mean(), left[row[0]]))
    return rows


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


def level(quads: Sequence[Quad]) -> _Points:
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
    points[:, :, 1] -= _slope(points) * points[:, :, 0]
    return points


def _in_columns(points: _Points) -> bool:
    """Whether most of the text, by its length, runs from top to bottom."""
    width, height = _sides(points)
    tall = height >= _TELLING_ASPECT_RATIO * width
    # `fsum` gives the same sum in any order, so the order of the quads cannot change the answer.
    return 2 * math.fsum(height[tall]) > math.fsum(np.maximum(width, height))


def _sides(points: _Points) -> tuple[_Points, _Points]:
    """The widths and heights of quads whose corners go clockwise from the top left, in pixels."""
    along = (points[:, 1] + points[:, 2] - points[:, 0] - points[:, 3]) / 2
    across = (points[:, 2] + points[:, 3] - points[:, 0] - points[:, 1]) / 2
    return np.hypot(along[:, 0], along[:, 1]), np.hypot(across[:, 0], across[:, 1])


def _rows(points: _Points, from_left: list[int]) -> list[list[int]]:
    """The rows, as indices into `points`, of quads that are taken from left to right."""
    begin_top, begin_bottom = _extent(points[:, (0, 3), 1])
    end_top, end_bottom = _extent(points[:, (1, 2), 1])
    rows: list[list[int]] = []
    last: list[int] = []
    for index in from_left:
        overlap = _overlap(end_top[last], end_bottom[last], begin_top[index], begin_bottom[index])
        row = int(overlap.argmax()) if rows else 0
        if not rows or overlap[row] < _ROW_OVERLAP:
            rows.append([index])
            last.append(index)
        else:
            rows[row].append(index)
            last[row] = index
    return rows


def _extent(heights: _Points) -> tuple[_Points, _Points]:
    return heights.min(axis=1), heights.max(axis=1)


def _overlap(tops: _Points, bottoms: _Points, top: float, bottom: float) -> _Points:
    """The part of the lower one's height that each of several spans shares with another one; negative where none."""
    shared = np.minimum(bottoms, bottom) - np.maximum(tops, top)
    lower = np.minimum(bottoms - tops, bottom - top)
    return np.where(lower > 0, shared / np.where(lower > 0, lower, 1), -1)


def _slope(points: _Points) -> float:
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
