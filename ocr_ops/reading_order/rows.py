"""The rows that the quads of a region form."""

from collections.abc import Sequence

import numpy as np

from ocr_ops.reading_order.boxes import ROW_OVERLAP
from ocr_ops.reading_order.level import Floats


def find_rows(points: Floats, from_left: Sequence[int]) -> list[list[int]]:
    """The rows, from the uppermost on, as indices into `points` from left to right.

    Each quad goes to the row whose last quad's end it meets best. So a row may bend, and only neighbours need to be
    level with each other.

    Args:
        points: level quads, shape (quads, 4, 2).
        from_left: those that form the rows, as indices, by their left ends.
    """
    begin_top, begin_bottom = _extent(points[:, (0, 3), 1])
    end_top, end_bottom = _extent(points[:, (1, 2), 1])
    rows: list[list[int]] = []
    last: list[int] = []
    for index in from_left:
        overlap = _overlap(end_top[last], end_bottom[last], begin_top[index], begin_bottom[index])
        row = int(overlap.argmax()) if rows else 0
        if not rows or overlap[row] < ROW_OVERLAP:
            rows.append([index])
            last.append(index)
        else:
            rows[row].append(index)
            last[row] = index
    middle, left = points[:, :, 1].mean(axis=1), points[:, (0, 3), 0].mean(axis=1)
    rows.sort(key=lambda row: (middle[row].mean(), left[row[0]]))
    return rows


def _extent(heights: Floats) -> tuple[Floats, Floats]:
    return heights.min(axis=1), heights.max(axis=1)


def _overlap(tops: Floats, bottoms: Floats, top: float, bottom: float) -> Floats:
    """The part of the lower one's height that each of several spans shares with another one; negative where none."""
    shared = np.minimum(bottoms, bottom) - np.maximum(tops, top)
    lower = np.minimum(bottoms - tops, bottom - top)
    return np.where(lower > 0, shared / np.where(lower > 0, lower, 1), -1)
