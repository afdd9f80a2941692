"""What a band of a gutter parts: columns of prose and other regions, or the cells of rows.

The rules are ours, and so are their constants. They were set on drawn layouts of some fifty kinds, with lines that are
split, merged, missing and not quite level, and looked at on others.
"""

import numpy as np

from ocr_ops.reading_order.bands import Band, Kind
from ocr_ops.reading_order.boxes import ROW_OVERLAP, Boxes
from ocr_ops.reading_order.level import Floats
from ocr_ops.reading_order.sides import Side

# Prose has lines of at least this aspect ratio.
PROSE_ASPECT = 7.0
# Where lines are this far apart, in heights, or farther, prose has lines of this aspect ratio.
_NARROW_PITCH, _WIDE_ASPECT = 1.6, 9.0
# Lines are level if their middles are no farther apart than this part of the higher one's height. If a larger part of
# the lines than this is not level with the other side, they are not rows; one line alone may stray if it is a number.
_LEVEL, _STRAYING, _NUMBER_ASPECT = 0.3, 0.3, 3.0
# Columns of another pitch get away from each other by this much in all, in heights, and by this much from line to line,
# which rows of a picture taken from the side do not, and evenly: by this correlation, of at least so many lines.
_DRIFT, _PACE, _EVENLY, _FEWEST_DRIFTING = 0.3, 0.08, 0.9, 4
# Prose is full: at least this part of the lines is nearly as long as the longest, of at least so many lines.
_FULL, _FEWEST_FULL = 0.6, 4
# No cells are this long in both columns, where the two sides together are this full.
_LONG_ASPECT, _LONG_FULL = 12.0, 1.0
# Where the lines on one side skip this part of those on the other, these are the further lines of long cells.
_SKIPPED = 0.3
# What is as long as prose may be prose: as full as this on either side and together, or so far apart, in heights, and
# either not equally many lines or closer than this, in heights, which rows of long cells are not.
_HALF_FULL, _FULL_TOGETHER, _APART, _LOOSE = 0.35, 1.25, 4.0, 1.7
# Boxes of text, as on a slide, are farther apart, in heights. Their lines have this aspect ratio, and this product.
_FAR_APART, _TEXT_ASPECT, _TEXT_PRODUCT = 8.0, 5.5, 56.0
# Entries, as of an index, are this long, as long on both sides as this, at most this far apart, and so many.
_ENTRY_ASPECT, _ENTRY_RATIO, _ENTRY_PITCH, _ENTRIES = 4.2, 1.5, 1.3, 15
# A list has at least so many lines, with one beside it at this part of the places. What is beside it goes on for so
# many lines and for this part of its own, and these are as long as the ones before, but for this factor.
_LIST, _BESIDE, _FEWEST_BEYOND, _BEYOND, _SIMILAR = 4, 0.65, 2, 0.3, 1.6
# Blocks, as of an address and of data on a letter, need not go on so far if both have lines of this aspect ratio.
_BLOCK_ASPECT = 3.5


def judge(boxes: Boxes, band: Band) -> None:
    """Set what a band parts as far as its own lines tell, its `aspect` and whether its lines are `alone`."""
    if not len(band.before) or not len(band.after):
        return
    before, after = Side.before(boxes, band.before), Side.after(boxes, band.after)
    band.aspect = min(before.aspect, after.aspect)
    band.alone = before.alone and after.alone
    band.kind = _Meeting(boxes, before, after).kind()


class _Meeting:
    """The two sides of a band, and which of their lines are level with each other."""

    def __init__(self, boxes: Boxes, before: Side, after: Side) -> None:
        self.few, self.many = (before, after) if len(before) <= len(after) else (after, before)
        self.after = after
        self.shorter, self.longer = sorted((before.aspect, after.aspect))
        self.less_full, self.fuller = sorted((before.full, after.full))
        self.gap = (float(after.left.min()) - float(before.right.max())) / self.few.height
        shared = boxes.shared_height(self.few.lines, self.many.lines)
        best = shared.argmax(axis=1)
        apart = np.abs(self.few.middles - self.many.middles[best])
        close = apart <= _LEVEL * np.maximum(self.few.heights, self.many.heights[best])
        # What is beside several lines is a block, or runs another way.
        level = close & ((shared >= ROW_OVERLAP).sum(axis=1) == 1)
        self.touching = int((shared > 0).any(axis=1).sum())
        self.straying = self.touching - int(level.sum())
        beside = shared.max(axis=1) >= ROW_OVERLAP
        self.drifting = _drift(self.few.middles[beside], self.many.middles[best[beside]], self.few.height)
        self.partners = np.unique(best[level])  # those of the many that are level with one of the few

    def kind(self) -> Kind:
        """What the band parts, as far as the two sides tell."""
        if not self.touching:
            return Kind.CELLS
        if len(self.many) == 1 or (len(self.few) == 1 and not self.straying):
            return Kind.ONE_ROW
        if self._is_staggered() or self._is_prose():
            return Kind.REGIONS
        if len(self.partners) > 1 and np.mean(np.diff(self.partners) > 1) >= _SKIPPED:
            return Kind.CELLS
        if self._may_be_prose() or self._may_be_boxes() or self._may_be_entries():
            return Kind.PERHAPS_REGIONS
        return Kind.REGIONS if self._is_list() else Kind.CELLS

    @property
    def _is_as_prose(self) -> bool:
        """Whether the lines are long and close enough for prose."""
        close = min(self.few.pitch, self.many.pitch) < _NARROW_PITCH
        return self.shorter >= (PROSE_ASPECT if close else _WIDE_ASPECT)

    def _is_staggered(self) -> bool:
        if self.drifting:
            return True
        told = self.straying > 1 or self.touching == 1 or self.shorter >= _NUMBER_ASPECT
        return told and self.straying > _STRAYING * self.touching

    def _is_prose(self) -> bool:
        full = self.less_full >= _FULL and len(self.few) >= _FEWEST_FULL
        long = self.shorter >= _LONG_ASPECT and self.less_full + self.fuller >= _LONG_FULL
        return (self._is_as_prose and full) or long

    def _may_be_prose(self) -> bool:
        full = self.less_full >= _HALF_FULL and self.less_full + self.fuller >= _FULL_TOGETHER
        rows = len(self.few) == len(self.many) and min(self.few.pitch, self.many.pitch) >= _LOOSE
        return self._is_as_prose and (full or (self.gap >= _APART and not rows))

    def _may_be_boxes(self) -> bool:
        long = self.shorter >= _TEXT_ASPECT and self.shorter * self.longer >= _TEXT_PRODUCT
        return long and self.gap >= _FAR_APART

    def _may_be_entries(self) -> bool:
        alike = self.shorter >= _ENTRY_ASPECT and self.longer <= _ENTRY_RATIO * self.shorter
        dense = max(self.few.pitch, self.many.pitch) <= _ENTRY_PITCH
        return alike and dense and len(self.few) >= _ENTRIES and self.few.varied and self.many.varied

    def _is_list(self) -> bool:
        """Whether one side goes on where the other one ends, as a window beside a list, and is not a column of cells.

        A value may be missing beside its label, but not the label beside its value.
        """
        few, many = self.few, self.many
        first, last = int(self.partners[0]), int(self.partners[-1])
        beyond = len(many) - (last + 1 - first)
        numbers = not self.after.flush_left or not (few.first or few.aspect >= _NUMBER_ASPECT)
        if numbers or not few.alone or not beyond or len(self.partners) < _BESIDE * (last + 1 - first):
            return False
        blocks = self.shorter >= _BLOCK_ASPECT and self.gap >= _FAR_APART
        if blocks and (few.first or beyond >= _FEWEST_BEYOND):
            return True
        places = np.arange(len(many))
        rest = (places < first) | (places > last)
        (left, left_beside), (width, width_beside) = (
            (float(np.median(values[rest])), float(np.median(values[~rest]))) for values in (many.left, many.widths)
        )
        alike = max(width, width_beside) <= _SIMILAR * min(width, width_beside)
        one_column = alike and abs(left - left_beside) <= many.height
        return one_column and len(few) >= _LIST and beyond >= max(_FEWEST_BEYOND, _BEYOND * len(many))


def _drift(places: Floats, partners: Floats, height: float) -> bool:
    """Whether lines get away from those beside them at an even pace, as those of two columns of another pitch do."""
    if len(places) < _FEWEST_DRIFTING:
        return False
    apart = (places - partners) / height
    if float(np.ptp(apart)) < _DRIFT:
        return False
    even = abs(float(np.corrcoef(places, apart)[0, 1])) >= _EVENLY
    return even and float(np.ptp(apart)) >= _PACE * (len(places) - 1)
