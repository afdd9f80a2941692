"""A closer look at parts of an image: windows of a bounded size, and the one probability map that their maps make."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from ocr_ops.arrays import Floats
from ocr_ops.detection.geometry import STRIDE, DetectionGeometry
from ocr_ops.detection.margins import Box

# What neighbours share, in pixels of the input. Near its rim a window sees too little of a line to judge it.
_OVERLAP = 128
# What is seen around the text that a window is for, in pixels of the input.
_AROUND = 48


class Mosaic:
    """Windows in which the detector sees the parts of an image that are needed, and the map that their maps make.

    A grid of overlapping windows covers the parts. Those of which nothing is needed are left out.

    Args:
        whole: the image, at the size at which it is to be seen.
        needs: the parts, at least one, in pixels of the image.
        most: the most pixels of a window's side.
        trim: whether each window is cut down to what is needed of it, so that their sizes differ.

    Attributes:
        geometry: how it would see all of them at once.
        probability: the map of all windows, uint8, of the shape of `geometry`, 255 for a probability of 1.
    """

    def __init__(self, whole: DetectionGeometry, needs: Iterable[Box], most: int, *, trim: bool = True) -> None:
        _, height, width = whole.shape
        scaled = [whole.resized(need) for need in needs]
        area = _aligned(_hull(scaled), Box(0, 0, height, width))
        self.geometry = replace(whole, window=area)
        self.probability = np.zeros(self.geometry.shape[1:], np.uint8)
        self._judged: dict[DetectionGeometry, Box] = {}
        most = most // STRIDE * STRIDE
        for rows, judged_rows in _spans(area.top, area.bottom, most):
            for columns, judged_columns in _spans(area.left, area.right, most):
                judged = _box(judged_rows, judged_columns)
                parts = [part for need in scaled if (part := _shared(need, judged)) is not None]
                if parts:
                    seen = _aligned(_hull(parts), _box(rows, columns)) if trim else _box(rows, columns)
                    self._judged[replace(whole, window=seen)] = _shared(judged, seen) or seen

    @property
    def windows(self) -> Sequence[DetectionGeometry]:
        """How the detector sees the image in each window."""
        return [*self._judged]

    def put(self, window: DetectionGeometry, probability: Floats) -> None:
        """Put what a window judges into the map of all. No two judge the same pixel, so threads may share this.

        Args:
            window: one of the windows.
            probability: float32, shape (height, width) of the window.
        """
        top, left, bottom, right = self._judged[window]
        (column, row), (first_column, first_row) = window.offset, self.geometry.offset
        part = probability[top - row : bottom - row, left - column : right - column]
        place = self.probability[top - first_row : bottom - first_row, left - first_column : right - first_column]
        np.rint(part * 255, out=place, casting="unsafe")


Span: TypeAlias = tuple[int, int]


def _spans(start: int, end: int, most: int) -> list[tuple[Span, Span]]:
    """The windows of a side, from where to where, and the part that each judges: to the middle of what two share."""
    if end - start <= most:
        return [((start, end), (start, end))]
    count = math.ceil((end - start - _OVERLAP) / (most - _OVERLAP))
    steps = [number * (end - start - most) / (count - 1) for number in range(count)]
    firsts = [start + round(step / STRIDE) * STRIDE for step in steps]
    borders = [start, *((before + most + after) // 2 for before, after in pairwise(firsts)), end]
    return [((first, first + most), judged) for first, judged in zip(firsts, pairwise(borders), strict=True)]


def _box(rows: Span, columns: Span) -> Box:
    return Box(rows[0], columns[0], rows[1], columns[1])


def _aligned(box: Box, within: Box) -> Box:
    """A box with what is around it, at multiples of the stride, within another one."""
    top, left = (math.floor((side - _AROUND) / STRIDE) * STRIDE for side in box[:2])
    bottom, right = (math.ceil((side + _AROUND) / STRIDE) * STRIDE for side in box[2:])
    return _shared(Box(top, left, bottom, right), within) or within


def _hull(boxes: Iterable[Box]) -> Box:
    tops, lefts, bottoms, rights = zip(*boxes, strict=True)
    return Box(min(tops), min(lefts), max(bottoms), max(rights))


def _shared(one: Box, other: Box) -> Box | None:
    """The box that two boxes share; None where they share nothing."""
    top, left = (max(sides) for sides in zip(one[:2], other[:2], strict=True))
    bottom, right = (min(sides) for sides in zip(one[2:], other[2:], strict=True))
    return Box(top, left, bottom, right) if top < bottom and left < right else None
