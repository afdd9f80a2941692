"""The lines on one side of a gutter, and what they look like: prose, short texts, numbers."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ocr_ops.reading_order.boxes import Boxes, Indices
from ocr_ops.reading_order.level import Floats

# Lines are as full as the longest of them if they are this long, as a part of it.
_FULL = 0.75
# Lengths that differ by less, as a part of their median, are those of dates or codes.
_ALIKE = 0.1


@dataclass(frozen=True)
class Side:
    """Lines along a gutter, from the uppermost down; at least one.

    Attributes:
        lines: as indices.
        left, right: their ends in pixels, each together with its further pieces away from the gutter.
        heights: in pixels.
        middles: how far down they are, in pixels.
        alone: whether most of them have nothing behind them, away from the gutter.
        first: whether this is the left side.
    """

    lines: Indices
    left: Floats
    right: Floats
    heights: Floats
    middles: Floats
    alone: bool
    first: bool

    @classmethod
    def before(cls, boxes: Boxes, lines: Indices) -> "Side":
        """The left side."""
        ends = boxes.runs[0][lines], boxes.right[lines]
        alone = bool(np.mean(boxes.neighbours[0][lines] < 0) > 0.5)
        return cls(lines, *ends, boxes.height[lines], boxes.middle[lines], alone, first=True)

    @classmethod
    def after(cls, boxes: Boxes, lines: Indices) -> "Side":
        """The right side."""
        ends = boxes.left[lines], boxes.runs[1][lines]
        alone = bool(np.mean(boxes.neighbours[1][lines] < 0) > 0.5)
        return cls(lines, *ends, boxes.height[lines], boxes.middle[lines], alone, first=False)

    def __len__(self) -> int:
        return len(self.lines)

    @cached_property
    def widths(self) -> Floats:
        """The lines' lengths in pixels."""
        return self.right - self.left

    @cached_property
    def height(self) -> float:
        """The usual height in pixels, more than 0."""
        return max(float(np.median(self.heights)), 1e-9)

    @cached_property
    def aspect(self) -> float:
        """The usual aspect ratio."""
        return float(np.median(self.widths)) / self.height

    @cached_property
    def full(self) -> float:
        """The largest part of the lines that have nearly the same length, as most lines of a paragraph have."""
        widths = np.sort(self.widths)
        shorter = np.searchsorted(widths, _FULL * widths)
        return float((np.arange(1, len(widths) + 1) - shorter).max()) / len(widths)

    @cached_property
    def pitch(self) -> float:
        """The usual distance from one line to the next, in heights; 0 of one line."""
        return float(np.median(np.diff(self.middles))) / self.height if len(self) > 1 else 0.0

    @property
    def varied(self) -> bool:
        """Whether the lines differ in length."""
        return _spread(self.widths) > _ALIKE * float(np.median(self.widths))

    @property
    def flush_left(self) -> bool:
        """Whether the lines begin under each other, rather than end so, as numbers do."""
        return _spread(self.left) < _spread(self.right)


def _spread(values: Floats) -> float:
    return float(np.median(np.abs(values - np.median(values))))
