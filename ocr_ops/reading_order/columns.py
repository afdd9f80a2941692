"""Which gutters part columns of prose or other regions, and which stand between the cells of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from ocr_ops.reading_order.boxes import ROW_OVERLAP, Boxes, Indices, shared_height
from ocr_ops.reading_order.gutters import Gutter

_LEVEL = 0.3
_PROSE_ASPECT = 7.0
_PROSE_FILL = 0.5
_FULL = 0.75


@dataclass(frozen=True)
class Separator:
    """A vertical line that no row crosses.

    Attributes:
        x: where it stands.
        top, bottom: from where to where; infinite where nothing ends it.
    """

    x: float
    top: float
    bottom: float


class _Kind(Enum):
    COLUMNS = "columns"
    ROWS = "rows"
    OPEN = "text on one side only"
    UNSURE = "too little to tell"


@dataclass
class _Band:
    """A part of a gutter, and the lines along it."""

    before: Indices
    after: Indices
    kind: _Kind = _Kind.OPEN


def separators(boxes: Boxes, gutters: Sequence[Gutter]) -> list[Separator]:
    """The parts of the gutters that part regions."""
    return [found for gutter in gutters for found in _separators(boxes, gutter)]


def _separators(boxes: Boxes, gutter: Gutter) -> list[Separator]:
    bands = _bands(boxes, gutter)
    for band in bands:
        band.kind = _kind(boxes, band)
    _settle(boxes, bands)
    found: list[Separator] = []
    run: list[int] = []
    for index in range(len(bands) + 1):
        if index < len(bands) and bands[index].kind in (_Kind.COLUMNS, _Kind.OPEN):
            run.append(index)
            continue
        if any(bands[at].kind == _Kind.COLUMNS for at in run):
            top = gutter.top if run[0] == 0 else _between(boxes, bands[run[0] - 1], bands[run[0]])
            bottom = gutter.bottom if run[-1] == len(bands) - 1 else _between(boxes, bands[run[-1]], bands[run[-1] + 1])
            found.append(Separator((gutter.left + gutter.right) / 2, top, bottom))
        run = []
    return found


def _between(boxes: Boxes, above: _Band, below: _Band) -> float:
    end = max(boxes.bottom[side].max() for side in (above.before, above.after) if len(side))
    start = min(boxes.top[side].min() for side in (below.before, below.after) if len(side))
    return float(end + start) / 2


def _bands(boxes: Boxes, gutter: Gutter) -> list[_Band]:
    """The parts of a gutter between which there is more white than above and below."""
    lines = np.concatenate((gutter.before, gutter.after))
    lines = lines[np.argsort(boxes.top[lines], kind="stable")]
    ends = np.maximum.accumulate(boxes.bottom[lines])
    white = boxes.top[lines][1:] - ends[:-1]
    at = np.flatnonzero(white > 0)
    height = float(np.median(boxes.height[lines]))
    gaps = white[at]
    cuts = []
    for index in range(len(gaps)):
        around = [gaps[other] for other in (index - 1, index + 1) if 0 <= other < len(gaps)]
        if not around:
            if gaps[index] > height:
                cuts.append(at[index])
        elif gaps[index] > 0.5 * height and gaps[index] > 1.6 * min(around) and gaps[index] > 0.9 * max(around):
            cuts.append(at[index])
    if not cuts:
        return [_Band(gutter.before, gutter.after)]
    levels = [(ends[cut] + boxes.top[lines[cut + 1]]) / 2 for cut in cuts]
    parts = [
        np.split(side, np.searchsorted(boxes.middle[side], levels)) for side in (gutter.before, gutter.after)
    ]
    return [_Band(before, after) for before, after in zip(*parts, strict=True)]


def _kind(boxes: Boxes, band: _Band) -> _Kind:
    if not len(band.before) or not len(band.after):
        return _Kind.OPEN
    few, many = sorted((band.before, band.after), key=len)
    subset = Boxes(*(side[np.concatenate((few, many))] for side in (boxes.left, boxes.top, boxes.right, boxes.bottom)))
    shared = shared_height(subset, np.arange(len(few)))[:, len(few) :]
    beside = shared >= ROW_OVERLAP
    partner = shared.argmax(axis=1)
    met = beside.any(axis=1)
    apart = np.abs(boxes.middle[few] - boxes.middle[many][partner])
    tallest = np.maximum(boxes.height[few], boxes.height[many][partner])
    level = (beside.sum(axis=1) == 1) & (apart <= _LEVEL * tallest)
    touching = (shared > 0).any(axis=1)
    if level.sum() < 0.7 * touching.sum() or not touching.any():
        return _Kind.COLUMNS
    if len(few) == 1:
        return _Kind.UNSURE
    start, end = boxes.runs
    widths = [boxes.right[band.before] - start[band.before], end[band.after] - boxes.left[band.after]]
    aspects = [np.median(width / np.maximum(boxes.height[side], 1e-9)) for width, side in zip(widths, (band.before, band.after))]
    fills = [np.mean(width >= _FULL * np.quantile(width, .95)) for width in widths]
    if min(aspects) >= _PROSE_ASPECT and min(fills) >= _PROSE_FILL:
        return _Kind.COLUMNS
    return _Kind.ROWS


def _settle(boxes: Boxes, bands: list[_Band]) -> None:
    for index, band in enumerate(bands):
        if band.kind == _Kind.UNSURE:
            near = [bands[other] for other in (index - 1, index + 1) if 0 <= other < len(bands)]
            fits = any(other.kind == _Kind.COLUMNS and _aligned(boxes, band, other) for other in near)
            band.kind = _Kind.COLUMNS if fits else _Kind.ROWS


def _aligned(boxes: Boxes, band: _Band, column: _Band) -> bool:
    if not len(column.after):
        return False
    apart = boxes.left[band.after].min() - boxes.left[column.after].min()
    return bool(abs(apart) <= boxes.height[band.after].mean())
