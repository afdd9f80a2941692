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
_CHUNK = 1 << 19  # pairs of boxes that are compared at once, so that thousands of boxes need little memory

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
        return self.bottom - self.top

    @cached_property
    def neighbours(self) -> tuple[Indices, Indices]:
        """For each box the nearest one before it in its row, and the nearest one after it; -1 where there is none."""
        before, after = np.empty(len(self), np.intp), np.empty(len(self), np.intp)
        centre = (self.left + self.right) / 2
        for part in self.chunks():
            together = self.shared_height(part) > _BESIDE
            ends = np.where(together & (centre < self.left[part, None]), self.right, -np.inf)
            starts = np.where(together & (centre > self.right[part, None]), self.left, np.inf)
            before[part] = np.where(np.isfinite(ends.max(axis=1)), ends.argmax(axis=1), -1)
            after[part] = np.where(np.isfinite(starts.min(axis=1)), starts.argmin(axis=1), -1)
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

    def shared_height(self, some: Indices | slice, others: Indices | slice = slice(None)) -> Floats:
        """The part of the lower one's height that some boxes (rows) share with others (columns); negative where none."""
        top, bottom = self.top[some, None], self.bottom[some, None]
        shared = np.minimum(bottom, self.bottom[others]) - np.maximum(top, self.top[others])
        lower = np.minimum(bottom - top, self.height[others])
        return np.where(lower > 0, shared / np.where(lower > 0, lower, 1), -1)

    def chunks(self) -> list[slice]:
        """All boxes, in parts that may be compared with all of them at once."""
        step = max(1, _CHUNK // max(1, len(self)))
        return [slice(start, start + step) for start in range(0, len(self), step)]
