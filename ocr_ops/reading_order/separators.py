"""The vertical lines that part regions of a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ocr_ops.reading_order.bands import Band, Kind, find_bands, white_between
from ocr_ops.reading_order.boxes import Boxes
from ocr_ops.reading_order.gutters import Gutter
from ocr_ops.reading_order.judging import PROSE_ASPECT, judge

# What is judged by more than this many times the lines of a band may overrule what the band's own lines tell.
_OVERRULING = 2
# Two gutters stand in the same rows if the lines between them are this part of those beside one.
_SAME_ROWS = 0.6
# A single row at a gutter's end stands for itself, as a page's number does, if it is this far from the columns, in
# heights, and shorter than this part of their lines; or if it is very far away, or so many times as high as theirs.
_FAR, _SHORT, _VERY_FAR, _LARGE = 1.6, 0.5, 2.5, 1.4
_LONG_LINES = 0.85  # quantile of the lengths


@dataclass(frozen=True)
class Separator:
    """A vertical line that no row crosses.

    Attributes:
        x: where it stands, in pixels.
        top, bottom: from where to where; infinite where nothing ends it.
    """

    x: float
    top: float
    bottom: float


def find_separators(boxes: Boxes, gutters: Sequence[Gutter]) -> list[Separator]:
    """The parts of gutters that part regions, and not the cells of rows."""
    bands = [find_bands(boxes, gutter) for gutter in gutters]
    every = [band for found in bands for band in found]
    for band in every:
        judge(boxes, band)
    cells = [band for band in every if band.kind == Kind.CELLS]
    for band in every:
        if band.kind == Kind.PERHAPS_REGIONS:
            band.kind = Kind.CELLS if any(_in_same_rows(band, other) for other in cells) else Kind.REGIONS
    for found in bands:
        whites = [start - end for end, start in (white_between(boxes, *pair) for pair in pairwise(found))]
        _settle_single_rows(boxes, found, whites)
        _settle_small_bands(boxes, found)
        _settle_ends(boxes, found, whites)
    return [found for gutter, parts in zip(gutters, bands, strict=True) for found in _runs(boxes, gutter, parts)]


def _in_same_rows(band: Band, other: Band) -> bool:
    """Whether another gutter's band, next to this one, parts cells of the same rows."""
    between = (np.isin(band.after, other.before), np.isin(band.before, other.after))
    return any(float(common.mean()) >= _SAME_ROWS for common in between)


def _settle_single_rows(boxes: Boxes, bands: Sequence[Band], whites: Sequence[float]) -> None:
    """Let single rows be as the nearest band that tells, if they begin where its columns begin."""
    for index, band in enumerate(bands):
        if band.kind == Kind.ONE_ROW:
            near = sorted((whites[min(index, at)], at) for at in (index - 1, index + 1) if 0 <= at < len(bands))
            told = [bands[at] for _, at in near if bands[at].kind not in (Kind.NOTHING, Kind.ONE_ROW)]
            fits = bool(told) and told[0].kind == Kind.REGIONS and _is_aligned(boxes, band, told[0])
            band.kind = Kind.REGIONS if fits else Kind.CELLS


def _settle_small_bands(boxes: Boxes, bands: Sequence[Band]) -> None:
    """Let small bands be as the large ones above or below them."""
    for above, band, below in zip(bands, bands[1:], bands[2:], strict=False):
        between = band.kind == Kind.REGIONS and band.aspect < PROSE_ASPECT and above.kind == below.kind == Kind.CELLS
        if between and min(len(above.lines), len(below.lines)) > _OVERRULING * len(band.lines):
            band.kind = Kind.CELLS
    for one, other in (*pairwise(bands), *pairwise(bands[::-1])):
        if one.kind == Kind.REGIONS and other.kind == Kind.CELLS:
            prose = other.aspect >= PROSE_ASPECT
            small = len(other.lines) <= (_OVERRULING if prose else 1) * len(one.lines)
            if small and (prose or other.alone) and _is_aligned(boxes, other, one):
                other.kind = Kind.REGIONS


def _settle_ends(boxes: Boxes, bands: Sequence[Band], whites: Sequence[float]) -> None:
    """Cut off a row at either end of a gutter that belongs to no column."""
    if len(bands) > 1:
        for band, white, others in ((bands[0], whites[0], bands[1:]), (bands[-1], whites[-1], bands[:-1])):
            if band.kind == Kind.NOTHING and _stands_alone(boxes, band, white, others):
                band.kind = Kind.CELLS


def _is_aligned(boxes: Boxes, band: Band, columns: Band) -> bool:
    """Whether both sides of a band begin where two columns begin."""
    sides = ((boxes.runs[0], band.before, columns.before), (boxes.left, band.after, columns.after))
    return all(
        abs(float(starts[lines].min() - starts[column].min())) <= float(boxes.height[lines].mean())
        for starts, lines, column in sides
    )


def _stands_alone(boxes: Boxes, band: Band, white: float, others: Sequence[Band]) -> bool:
    height = float(boxes.height[band.lines].mean())
    if float(np.ptp(boxes.middle[band.lines])) > height:
        return False
    if height > _LARGE * float(np.median(boxes.height[np.concatenate([other.lines for other in others])])):
        return True
    if white <= _FAR * height:
        return False
    column = np.concatenate([other.before if len(band.before) else other.after for other in others])
    if white > _VERY_FAR * height or not len(column):
        return white > _VERY_FAR * height
    length = float(boxes.right[band.lines].max() - boxes.left[band.lines].min())
    return length < _SHORT * float(np.quantile(boxes.right[column] - boxes.left[column], _LONG_LINES))


def _runs(boxes: Boxes, gutter: Gutter, bands: Sequence[Band]) -> Iterator[Separator]:
    """A separator for each run of bands that part regions, and of those with text on one side that are beside them."""
    start = 0
    for end in range(len(bands) + 1):
        if end < len(bands) and bands[end].kind in (Kind.REGIONS, Kind.NOTHING):
            continue
        if any(band.kind == Kind.REGIONS for band in bands[start:end]):
            top = gutter.top if start == 0 else sum(white_between(boxes, bands[start - 1], bands[start])) / 2
            bottom = gutter.bottom if end == len(bands) else sum(white_between(boxes, bands[end - 1], bands[end])) / 2
            yield Separator((gutter.left + gutter.right) / 2, top, bottom)
        start = end + 1
