"""The regions of a page in the order they are read, and the rows within.

By a recursive XY cut (G. Nagy and S. Seth, "Hierarchical representation of optically scanned documents", ICPR 1984) of
lines instead of pixels. As in J.-L. Meunier, "Optimized XY-Cut for Determining a Page Reading Order" (ICDAR 2005), a
block is cut into columns where that can be done, and into what is above and below others only where it must be. The
vertical cuts are the separators, so that tables are not cut.
"""

from collections.abc import Iterator, Sequence
from statistics import median

import numpy as np

from ocr_ops.detection import Quad
from ocr_ops.reading_order.boxes import Boxes, Indices
from ocr_ops.reading_order.gutters import find_gutters
from ocr_ops.reading_order.level import level
from ocr_ops.reading_order.rows import find_rows
from ocr_ops.reading_order.separators import Separator, find_separators

# Rows with more white between them than their height, and than so many times what is usual, are in two regions.
_WHITE, _TIMES_USUAL = 1.0, 2.0


def reading_order(quads: Sequence[Quad]) -> list[Quad]:
    """The same quads in the order they are read, which depends neither on the order they come in nor on their scale."""
    return [quads[index] for row in reading_rows(quads) for index in row]


def reading_rows(quads: Sequence[Quad]) -> list[list[int]]:
    """The rows of all regions in reading order, as `reading_regions` has them."""
    return [row for region in reading_regions(quads) for row in region]


def reading_regions(quads: Sequence[Quad]) -> list[list[list[int]]]:
    """The regions of a page: columns, headings across columns, notes beside them, tables, captions.

    The quads are first turned level; those of an image whose text runs from top to bottom are laid on their side, where
    its columns are rows, and what is to the right comes first.

    Returns:
        For each region, in reading order, its rows from the uppermost on; for each row the indices of its quads from
        left to right. Where the text runs from top to bottom, for each region its columns from the rightmost on; for
        each column the indices from top to bottom.
    """
    if not quads:
        return []
    points = level(quads)
    left = points[:, (0, 3), 0].mean(axis=1)
    scores = [quad.score for quad in quads]
    # From here on the quads have an order of their own, so the order they came in changes nothing.
    from_left = np.lexsort((scores, *points.reshape(-1, 8).T, left))
    points, numbers = points[from_left], from_left.tolist()
    boxes = Boxes.of(points)
    separators = find_separators(boxes, find_gutters(boxes))
    return [
        [[numbers[index] for index in row] for row in region]
        for block in _cut(boxes, np.arange(len(boxes)), separators)
        for region in _parted_by_white(boxes, find_rows(points, block.tolist()))
    ]


def _cut(boxes: Boxes, block: Indices, separators: Sequence[Separator]) -> Iterator[Indices]:
    """The parts of a block that no separator cuts, in reading order."""
    middle, centre = boxes.middle[block], (boxes.left[block] + boxes.right[block]) / 2
    cutting = []
    for separator in separators:
        along = (middle > separator.top) & (middle < separator.bottom)
        before = along & (centre < separator.x)
        if before.any() and (along & ~before).any():
            cutting.append((int(along.sum()), separator))
    if not cutting:
        yield block
        return
    through = sorted(separator.x for count, separator in cutting if count == len(block))
    if through:
        part = np.searchsorted(through, centre, side="right")
    else:
        longest = max(cutting, key=lambda pair: pair[0])[1]
        part = (middle > longest.top).astype(np.intp) + (middle >= longest.bottom)
    for number in np.unique(part):
        yield from _cut(boxes, block[part == number], separators)


def _parted_by_white(boxes: Boxes, rows: list[list[int]]) -> list[list[list[int]]]:
    """The rows, cut where there is much more white between two than is usual."""
    tops = [min(boxes.top[row].tolist()) for row in rows]
    bottoms = [max(boxes.bottom[row].tolist()) for row in rows]
    whites = [top - bottom for bottom, top in zip(bottoms, tops[1:], strict=False)]
    usual = max(median(whites), 0.0) if whites else 0.0
    regions = [[rows[0]]]
    for row, white in zip(rows[1:], whites, strict=True):
        if white > max(_WHITE * max(boxes.height[row].tolist()), _TIMES_USUAL * usual):
            regions.append([])
        regions[-1].append(row)
    return regions
