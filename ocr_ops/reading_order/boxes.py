"""The upright boxes of quads that were turned level, and how they lie to each other."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ocr_ops.reading_order.level import Floats

# Two boxes are in one row if they share at least this part of the lower one's height.
ROW_OVERLAP = 0.5
# How wide the gap between two columns is at least, as a multiple of a line's height. Blanks between words are narrower.
NARROWEST = 0.45
# Boxes that share more of their height than this lie beside each other.
_BESIDE = 0.15
_MOST_PIECES = 4  # of a line that the detector found in pieces; those farther away are not looked for
_TOGETHER = 64  # boxes that are compared at once with all that are as high up: most others need not be looked at

Indices: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True)
class Boxes:
    """The mean edges of quads, each float64 of shape (quads,), in pixels."""

    left: Floats
    top: Floats
    right: Floats
    bottom: Floats

    @classmethod
    def of(cls, points: Floats) -> "Boxes":
        """The boxes of level quads of shape (quads, 4, 2), whose corners go clockwise from the top left."""
        across, down = points[:, :, 0], points[:, :, 1]
        starts, ends = (across[:, 0] + across[:, 3]) / 2, (across[:, 1] + across[:, 2]) / 2
        tops, bottoms = (down[:, 0] + down[:, 1]) / 2, (down[:, 2] + down[:, 3]) / 2
        return cls(
            np.minimum(starts, ends), np.minimum(tops, bottoms), np.maximum(starts, ends), np.maximum(tops, bottoms)
        )

    def __len__(self) -> int:
        return len(self.left)

    @cached_property
    def middle(self) -> Floats:
        """How far down the middle of each box is."""
        return (self.top + self.bottom) / 2

    @cached_property
    def height(self) -> Floats:
        """The height of each box."""
        return self.bottom - self.top

    @cached_property
    def neighbours(self) -> tuple[Indices, Indices]:
        """The nearest boxes before and after each one in its row, as indices; -1 where there is none."""
        before, after = np.full(len(self), -1, np.intp), np.full(len(self), -1, np.intp)
        centre = (self.left + self.right) / 2
        down = np.argsort(self.middle, kind="stable")
        for part in np.split(down, range(_TOGETHER, len(down), _TOGETHER)):
            level = (self.bottom >= self.top[part].min()) & (self.top <= self.bottom[part].max())
            others = np.flatnonzero(level)
            beside = self.shared_height(part, others) > _BESIDE
            ends = np.where(beside & (centre[others] < self.left[part, None]), self.right[others], -np.inf)
            starts = np.where(beside & (centre[others] > self.right[part, None]), self.left[others], np.inf)
            nearest = ends.argmax(axis=1), starts.argmin(axis=1)
            rows = np.arange(len(part))
            before[part] = np.where(np.isfinite(ends[rows, nearest[0]]), others[nearest[0]], -1)
            after[part] = np.where(np.isfinite(starts[rows, nearest[1]]), others[nearest[1]], -1)
        return before, after

    @cached_property
    def gaps(self) -> tuple[Floats, Floats]:
        """Where the nearest box before each one ends, and where the nearest one after it begins; infinite if none."""
        before, after = self.neighbours
        return np.where(before < 0, -np.inf, self.right[before]), np.where(after < 0, np.inf, self.left[after])

    @cached_property
    def runs(self) -> tuple[Floats, Floats]:
        """Where the text of each box begins and ends if it is taken together with those close before and after it."""
        before, after = self.neighbours
        to_left, to_right = self.gaps
        joined_left = self.left - to_left < NARROWEST * self.height
        joined_right = to_right - self.right < NARROWEST * self.height
        start, end = self.left, self.right
        for _ in range(_MOST_PIECES):
            start = np.where(joined_left, np.minimum(start, start[before]), start)
            end = np.where(joined_right, np.maximum(end, end[after]), end)
        return start, end

    def shared_height(self, some: Indices, others: Indices) -> Floats:
        """The part of the lower one's height that some boxes (rows) share with others (columns); negative if none."""
        top, bottom = self.top[some, None], self.bottom[some, None]
        shared = np.minimum(bottom, self.bottom[others]) - np.maximum(top, self.top[others])
        lower = np.minimum(bottom - top, self.height[others])
        return np.where(lower > 0, shared / np.where(lower > 0, lower, 1), -1)
