"""The regions of a page in the order they are read, and the rows within."""

from collections.abc import Iterator, Sequence
from statistics import median

import numpy as np

from ocr_ops.detection import Quad
from ocr_ops.reading_order.boxes import Boxes, Indices
from ocr_ops.reading_order.separators import Separator, find_separators
from ocr_ops.reading_order.gutters import find_gutters
from ocr_ops.reading_order.level import level
from ocr_ops.reading_order.rows import find_rows

# Rows with more white between them than their height, and than so many times what is usual, are in two regions.
_LOOSE, _TIMES_USUAL = 1.0, 2.0


def reading_order(quads: Sequence[Quad]) -> list[Quad]:
    """The same quads in the order they are read, which depends neither on the order they come in nor on their scale."""
    return [quads[index] for row in reading_rows(quads) for index in row]


def reading_rows(quads: Sequence[Quad]) -> list[list[int]]:
    """The rows of all regions, in reading order."""
    return [row for region in reading_regions(quads) for row in region]


def reading_regions(quads: Sequence[Quad]) -> list[list[list[int]]]:
    if not quads:
        return []
    points = level(quads)
    left = points[:, (0, 3), 0].mean(axis=1)
    scores = [quad.score for quad in quads]
    from_left = np.lexsort((scores, *points.reshape(-1, 8).T, left))
    points = points[from_left]
    boxes = Boxes.of(points)
    found = find_separators(boxes, find_gutters(boxes))
    regions = []
    for block in _cut(boxes, np.arange(len(boxes)), found):
        for region in _loose(boxes, find_rows(points, block.tolist())):
            regions.append([[int(from_left[index]) for index in row] for row in region])
    return regions


def _cut(boxes: Boxes, block: Indices, found: Sequence[Separator]) -> Iterator[Indices]:
    middle, centre = boxes.middle[block], (boxes.left[block] + boxes.right[block]) / 2
    crossing = []
    for separator in found:
        along = (middle > separator.top) & (middle < separator.bottom)
        before = along & (centre < separator.x)
        if before.any() and (along & ~before).any():
            crossing.append((int(along.sum()), separator))
    if not crossing:
        yield block
        return
    full = sorted(separator.x for count, separator in crossing if count == len(block))
    if full:
        part = np.searchsorted(full, centre)
        for number in range(len(full) + 1):
            if (part == number).any():
                yield from _cut(boxes, block[part == number], found)
        return
    separator = max(crossing, key=lambda pair: pair[0])[1]
    part = (middle > separator.top).astype(int) + (middle >= separator.bottom)
    for number in range(3):
        if (part == number).any():
            yield from _cut(boxes, block[part == number], found)


def _loose(boxes: Boxes, rows: list[list[int]]) -> list[list[list[int]]]:
    """The rows, cut where there is much more white between two than is usual."""
    tops = [min(boxes.top[row].tolist()) for row in rows]
    bottoms = [max(boxes.bottom[row].tolist()) for row in rows]
    whites = [top - bottom for bottom, top in zip(bottoms, tops[1:], strict=False)]
    usual = max(median(whites), 0.0) if whites else 0.0
    regions = [[rows[0]]]
    for row, white in zip(rows[1:], whites, strict=True):
        if white > max(_LOOSE * max(boxes.height[row].tolist()), _TIMES_USUAL * usual):
            regions.append([])
        regions[-1].append(row)
    return regions
