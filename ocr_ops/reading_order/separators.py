"""The vertical lines that part regions of a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ocr_ops.reading_order.bands import Band, Kind, find_bands, white_between
from ocr_ops.reading_order.boxes import Boxes
from ocr_ops.reading_order.gutters import Gutter
from ocr_ops.reading_order.judging import judge

# Prose has lines this many times as long as high.
_PROSE_ASPECT = 7.0
# A band between two others of more than this many times its lines is as they are.
_MUCH_SMALLER = 2
# Two gutters stand in the same rows if the lines between them are this part of those beside one.
_SAME_ROWS = 0.6
# A single row at a gutter's end stands for itself, as a page's number does, if it is this far from the columns, in
# heights, and shorter than this part of their lines; or if it is very far away.
_FAR, _SHORT, _VERY_FAR = 1.6, 0.5, 2.5
_LONG = 0.85  # quantile of the lengths


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
    everything = [band for found in bands for band in found]
    for band in everything:
        judge(boxes, band)
    cells = [band for band in everything if band.kind == Kind.CELLS]
    for band in everything:
        if band.kind == Kind.PERHAPS_REGIONS:
            band.kind = Kind.CELLS if any(_in_same_rows(band, other) for other in cells) else Kind.REGIONS
    for found in bands:
        _settle(boxes, found)
    return [
        separator for gutter, found in zip(gutters, bands, strict=True) for separator in _runs(boxes, gutter, found)
    ]


def _in_same_rows(band: Band, other: Band) -> bool:
    """Whether the next gutter's band parts cells of the same rows."""
    between = (np.isin(band.after, other.before), np.isin(band.before, other.after))
    return any(float(common.mean()) >= _SAME_ROWS for common in between)


def _settle(boxes: Boxes, bands: Sequence[Band]) -> None:
    """Let the bands of a gutter tell about those between and beside them that do not tell themselves."""
    whites = [end - start for start, end in (white_between(boxes, *pair) for pair in pairwise(bands))]
    for index, band in enumerate(bands):
        if band.kind == Kind.ONE_ROW:
            near = sorted((whites[min(index, at)], at) for at in (index - 1, index + 1) if 0 <= at < len(bands))
            told = [bands[at] for _, at in near if bands[at].kind not in (Kind.NOTHING, Kind.ONE_ROW)]
            fits = bool(told) and told[0].kind == Kind.REGIONS and _aligned(boxes, band, told[0])
            band.kind = Kind.REGIONS if fits else Kind.CELLS
    for above, band, below in zip(bands, bands[1:], bands[2:], strict=False):
        if band.kind == Kind.REGIONS and band.aspect < _PROSE_ASPECT and above.kind == below.kind == Kind.CELLS:
            least = min(len(other.lines) for other in (above, below))
            if least > _MUCH_SMALLER * len(band.lines):
                band.kind = Kind.CELLS
    for one, other in (*pairwise(bands), *pairwise(bands[::-1])):
        prose = other.aspect >= _PROSE_ASPECT
        few = len(other.lines) <= (_MUCH_SMALLER if prose else 1) * len(one.lines)
        differ = one.kind == Kind.REGIONS and other.kind == Kind.CELLS
        if differ and few and (prose or other.alone) and _aligned(boxes, other, one):
            other.kind = Kind.REGIONS
    if len(bands) > 1:
        for band, white, others in ((bands[0], whites[0], bands[1:]), (bands[-1], whites[-1], bands[:-1])):
            if band.kind == Kind.NOTHING and _stands_alone(boxes, band, white, others):
                band.kind = Kind.CELLS


def _aligned(boxes: Boxes, row: Band, columns: Band) -> bool:
    """Whether a row's two parts begin where the lines of two columns do."""
    starts = boxes.runs[0]
    return all(
        abs(float(edges[line].min() - edges[column].min())) <= float(boxes.height[line].mean())
        for edges, line, column in ((starts, row.before, columns.before), (boxes.left, row.after, columns.after))
    )


def _stands_alone(boxes: Boxes, band: Band, white: float, others: Sequence[Band]) -> bool:
    """Whether a band at a gutter's end, with text on one side only, is a row for itself and not a column's line."""
    height = float(boxes.height[band.lines].mean())
    if float(np.ptp(boxes.middle[band.lines])) > height or white <= _FAR * height:
        return False
    column = np.concatenate([other.before if len(band.before) else other.after for other in others])
    if white > _VERY_FAR * height or not len(column):
        return white > _VERY_FAR * height
    length = float(boxes.right[band.lines].max() - boxes.left[band.lines].min())
    return length < _SHORT * float(np.quantile(boxes.right[column] - boxes.left[column], _LONG))


def _runs(boxes: Boxes, gutter: Gutter, bands: Sequence[Band]) -> Iterator[Separator]:
    """A separator for each run of bands that part regions, and nothing else."""
    start = 0
    for end in range(len(bands) + 1):
        if end < len(bands) and bands[end].kind in (Kind.REGIONS, Kind.NOTHING):
            continue
        if any(band.kind == Kind.REGIONS for band in bands[start:end]):
            top = gutter.top if start == 0 else sum(white_between(boxes, bands[start - 1], bands[start])) / 2
            bottom = gutter.bottom if end == len(bands) else sum(white_between(boxes, bands[end - 1], bands[end])) / 2
            yield Separator((gutter.left + gutter.right) / 2, top, bottom)
        start = end + 1
