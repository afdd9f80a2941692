"""Gutters: tall strips without text, with text on both sides.

After T. Breuel, "Two Geometric Algorithms for Layout Analysis" (DAS 2002): a gutter is a tall rectangle of whitespace
that lines of text touch. Here it stands before the left edge of a line, as far up and down as no text crosses it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr_ops.reading_order.boxes import NARROWEST, Boxes, Indices
from ocr_ops.reading_order.level import Floats

# A gutter beside fewer lines stands in one row.
_FEWEST_LINES = 3
# Pages have fewer gutters. Words that are strewn over a picture have one each.
_MOST = 100
_PAIRS = 1 << 16  # of boxes that are compared at once, so that thousands of boxes need little memory


@dataclass(frozen=True)
class Gutter:
    """A strip without text.

    Attributes:
        left, right: its sides, in pixels; the right one is where the text behind it begins.
        top, bottom: where text crosses it; infinite where none does.
        before, after: the lines that touch it on its left and on its right, as indices, from the uppermost down.
    """

    left: float
    right: float
    top: float
    bottom: float
    before: Indices
    after: Indices


def find_gutters(boxes: Boxes) -> list[Gutter]:
    """The gutters between the boxes, the tallest first; none that lies beside a taller one's lines."""
    to_left, to_right = boxes.gaps
    width = NARROWEST * boxes.height
    if np.isinf(to_left).all():
        return []
    possible = np.flatnonzero((boxes.left - to_left >= width) & (boxes.height > 0))
    tops, bottoms = _reach(boxes, possible, width[possible])
    page_top, page_bottom = boxes.top.min(), boxes.bottom.max()
    tallness = np.minimum(bottoms, page_bottom) - np.maximum(tops, page_top)
    waiting = np.ones(len(possible), bool)
    found: list[Gutter] = []
    for at in np.lexsort((boxes.left[possible], -tallness)):
        if not waiting[at] or len(found) == _MOST:
            continue
        right, top, bottom = boxes.left[possible[at]], tops[at], bottoms[at]
        left = right - width[possible[at]]
        along = (boxes.middle > top) & (boxes.middle < bottom)
        behind = along & (boxes.left >= right)
        before, after = along & (boxes.right <= left) & (to_right >= right), behind & (to_left <= left)
        # Before lines that begin where no other one has ended yet stands this same gutter, or a part of it.
        same = after[possible] & (boxes.left[possible] <= boxes.right[behind].min(initial=np.inf))
        waiting &= ~(same & (tops >= top) & (bottoms <= bottom))
        waiting[at] = False
        if before.any() and before.sum() + after.sum() >= _FEWEST_LINES:
            sides = (_downwards(boxes, side) for side in (before, after))
            found.append(Gutter(float(left), float(right), float(top), float(bottom), *sides))
    return found


def _downwards(boxes: Boxes, chosen: NDArray[np.bool_]) -> Indices:
    lines = np.flatnonzero(chosen)
    return lines[np.argsort(boxes.middle[lines], kind="stable")]


def _reach(boxes: Boxes, lines: Indices, width: Floats) -> tuple[Floats, ...]:
    """How far up and down from each line the strip before it is free."""
    tops, bottoms = np.empty(len(lines)), np.empty(len(lines))
    step = max(1, _PAIRS // len(boxes))
    for start in range(0, len(lines), step):
        part = slice(start, start + step)
        right = boxes.left[lines[part], None]
        crossing = (boxes.left < right) & (boxes.right > right - width[part, None])
        higher = boxes.middle < boxes.middle[lines[part], None]
        tops[part] = np.where(crossing & higher, boxes.bottom, -np.inf).max(axis=1)
        bottoms[part] = np.where(crossing & ~higher, boxes.top, np.inf).min(axis=1)
    return tops, bottoms
