"""What a band of a gutter parts: columns of prose and other regions, or the cells of rows."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ocr_ops.reading_order.bands import Band, Kind
from ocr_ops.reading_order.boxes import ROW_OVERLAP, Boxes, Indices
from ocr_ops.reading_order.level import Floats

# Two lines are level if their middles are this close, as a part of the higher one's height …
_LEVEL = 0.3
# … and rows are told by this part of the lines that have others beside them.
_MOSTLY_LEVEL = 0.7
# A line of prose is this many times as long as high, and most lines of prose have nearly the same length.
_PROSE_ASPECT = 7.0
_NEARLY = 0.75
_LONG_ASPECT = 12.0
_MOSTLY_FULL = 0.6
_SOMEWHAT_FULL, _FULL_TOGETHER = 0.35, 1.25
_FEWEST_FULL = 4  # lines that tell how full a column is
# Rows of cells with long texts are at least this far apart, in heights.
_LOOSE = 1.7
# Texts of lines that are not full stand this far apart, in heights.
_APART = 4.0
# Boxes of text stand this far apart, in heights, and have lines of at least this aspect ratio, and of this product.
_FAR_APART, _TEXT_ASPECT, _TEXTS = 8.0, 5.5, 56.0
# Short lines in columns, as of an index: this long at least, this close, and this many.
_ENTRY_ASPECT, _ALIKE_ASPECTS, _DENSE, _MANY = 4.2, 1.5, 1.3, 15
_ALIKE = 0.1  # lengths that differ by less, as a part of their median, are those of dates or codes
# Lines that are beside none at this part of the places between others are the further lines of a table's long cells.
_HOLES = 0.3
# A list goes on below the one beside it by this part of its lines and by this many, or a wide gap parts the two.
_BEYOND, _FEWEST_BEYOND, _FEWEST_BESIDE = 0.3, 2, 4
_FILLED = 0.85
_WIDE_GAP, _BLOCK_ASPECT, _NO_NUMBER_ASPECT = 8.0, 3.5, 3.0
_SIMILAR = 1.6


def judge(boxes: Boxes, band: Band) -> None:
    """Set what a band parts, as far as its own lines tell, and its `aspect`."""
    if not len(band.before) or not len(band.after):
        return
    before, after = _Side.before(boxes, band.before), _Side.after(boxes, band.after)
    band.aspect = min(before.aspect, after.aspect)
    band.alone = before.alone and after.alone
    band.kind = _Meeting(boxes, *((before, after) if len(before) <= len(after) else (after, before))).kind()


@dataclass(frozen=True)
class _Side:
    """The lines on one side of a band.

    Attributes:
        lines: as indices, from the uppermost down.
        left, right: their ends, each together with its further pieces away from the gutter.
        heights: their heights.
        middles: how far down they are.
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
    def before(cls, boxes: Boxes, lines: Indices) -> "_Side":
        ends = boxes.runs[0][lines], boxes.right[lines]
        alone = bool(np.mean(boxes.neighbours[0][lines] < 0) > 0.5)
        return cls(lines, *ends, boxes.height[lines], boxes.middle[lines], alone, True)

    @classmethod
    def after(cls, boxes: Boxes, lines: Indices) -> "_Side":
        ends = boxes.left[lines], boxes.runs[1][lines]
        alone = bool(np.mean(boxes.neighbours[1][lines] < 0) > 0.5)
        return cls(lines, *ends, boxes.height[lines], boxes.middle[lines], alone, False)

    def __len__(self) -> int:
        return len(self.lines)

    @cached_property
    def widths(self) -> Floats:
        return self.right - self.left

    @cached_property
    def height(self) -> float:
        """The usual height."""
        return max(float(np.median(self.heights)), 1e-9)

    @cached_property
    def aspect(self) -> float:
        """The usual aspect ratio."""
        return float(np.median(self.widths)) / self.height

    @cached_property
    def full(self) -> float:
        """The largest part of the lines that have nearly the same length, as most lines of a paragraph have."""
        widths = np.sort(self.widths)
        shorter = np.searchsorted(widths, _NEARLY * widths)
        return float((np.arange(1, len(widths) + 1) - shorter).max()) / len(widths)

    @cached_property
    def pitch(self) -> float:
        """The usual distance of two lines, in heights; 0 of one line."""
        return float(np.median(np.diff(self.middles))) / self.height if len(self) > 1 else 0.0

    @property
    def varied(self) -> bool:
        """Whether the lines have different lengths."""
        return _spread(self.widths) > _ALIKE * float(np.median(self.widths))

    @property
    def flush_left(self) -> bool:
        """Whether the lines begin under each other rather than end so, as numbers do."""
        return _spread(self.left) < _spread(self.right)


class _Meeting:
    """The two sides of a band: the one with fewer lines, and the other.

    Attributes:
        few, many: the sides.
        level: which lines of the few are level with one of the many.
        partners: those of the many that are level with one of the few, as places among them, ascending.
        touching: how many of the few have one of the many beside them, level or not.
    """

    def __init__(self, boxes: Boxes, few: _Side, many: _Side) -> None:
        self.few, self.many = few, many
        shared = boxes.shared_height(few.lines, many.lines)
        best = shared.argmax(axis=1)
        apart = np.abs(few.middles - many.middles[best])
        close = apart <= _LEVEL * np.maximum(few.heights, many.heights[best])
        # A line that is beside several is a block or a heading of another direction.
        self.level: NDArray[np.bool_] = close & ((shared >= ROW_OVERLAP).sum(axis=1) == 1)
        self.partners = np.unique(best[self.level])
        self.touching = int((shared > 0).any(axis=1).sum())

    def kind(self) -> Kind:
        """What the band parts, as far as the two sides tell."""
        if not self.touching:
            return Kind.CELLS
        sides = (self.few, self.many)
        aspect, longer = (choose(side.aspect for side in sides) for choose in (min, max))
        apart = self.touching - int(self.level.sum())
        if len(self.many) == 1 or (len(self.few) == 1 and not apart):
            return Kind.ONE_ROW
        if apart > (1 - _MOSTLY_LEVEL) * self.touching and (
            apart > 1 or self.touching == 1 or aspect >= _NO_NUMBER_ASPECT
        ):
            return Kind.REGIONS
        fullest, least_full = (choose(side.full for side in sides) for choose in (max, min))
        if aspect >= _PROSE_ASPECT and least_full >= _MOSTLY_FULL and len(self.few) >= _FEWEST_FULL:
            return Kind.REGIONS
        if aspect >= _LONG_ASPECT and fullest + least_full >= 1:
            return Kind.REGIONS
        if np.mean(np.diff(self.partners) > 1) >= _HOLES if len(self.partners) > 1 else False:
            return Kind.CELLS
        if aspect >= _PROSE_ASPECT:
            full = least_full >= _SOMEWHAT_FULL and fullest + least_full >= _FULL_TOGETHER
            loose = len(self.few) == len(self.many) and min(side.pitch for side in sides) >= _LOOSE
            if full or (self._gap() >= _APART and not loose):
                return Kind.PERHAPS_REGIONS
        if aspect >= _TEXT_ASPECT and aspect * longer >= _TEXTS and self._gap() >= _FAR_APART:
            return Kind.PERHAPS_REGIONS
        entries = _ENTRY_ASPECT <= aspect and longer <= _ALIKE_ASPECTS * aspect
        many = len(self.few) >= _MANY and all(side.varied for side in sides)
        if entries and many and max(side.pitch for side in sides) <= _DENSE:
            return Kind.PERHAPS_REGIONS
        return Kind.REGIONS if self._goes_on() else Kind.CELLS

    def _goes_on(self) -> bool:
        """Whether the many go on above or below the few, as a window beside a list does, and not as a table's cells."""
        few, many = self.few, self.many
        after = many if few.first else few
        if not (few.alone and after.flush_left and (few.first or few.aspect >= _NO_NUMBER_ASPECT)):
            return False
        first, last = int(self.partners[0]), int(self.partners[-1])
        inside = last + 1 - first
        beyond = len(many) - inside
        if len(self.partners) < _FILLED * inside or not beyond:
            return False
        if beyond >= (1 if few.first else _FEWEST_BEYOND) and self._gap() >= _WIDE_GAP and min(few.aspect, many.aspect) >= _BLOCK_ASPECT:
            return True
        rest = float(np.median(np.concatenate((many.widths[:first], many.widths[last + 1 :]))))
        beside = float(np.median(many.widths[first : last + 1]))
        return (
            len(few) >= _FEWEST_BESIDE
            and beyond >= max(_FEWEST_BEYOND, _BEYOND * len(many))
            and max(rest, beside) <= _SIMILAR * min(rest, beside)
        )

    def _gap(self) -> float:
        """How wide the white between the sides is, in heights."""
        before, after = (self.few, self.many) if self.few.first else (self.many, self.few)
        return (float(after.left.min()) - float(before.right.max())) / self.few.height


def _spread(edges: Floats) -> float:
    return float(np.median(np.abs(edges - np.median(edges))))
