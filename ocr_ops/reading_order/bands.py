"""The parts of a gutter, from one stretch of white across it to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import median

import numpy as np

from ocr_ops.reading_order.boxes import Boxes, Indices
from ocr_ops.reading_order.gutters import Gutter

# White ends a band where there is more of it than this, in heights of a line, and than so many times what is usual
# above or below, and more than that by this, in heights, as a detector's boxes are not exact.
_LEAST_WHITE, _TIMES_USUAL, _OVER_USUAL = 0.5, 1.6, 0.4
# It is more than so many times what is usual between the lines on either side, or than so many heights.
_TIMES_OWN, _ENOUGH_WHITE = 1.25, 1.5
# It is about as much as the stretches next to it, or more. What is usual is the median of so many; of one alone, in
# heights, the last figure.
_AS_MUCH, _USUAL_OF, _USUAL_WHITE = 0.9, 3, 0.6
# So many lines on one side belong to the band before or after them, if there is not more white than this, in heights.
_SEVERAL, _GOING_ON = 3, 2.5


class Kind(Enum):
    """What a band of a gutter parts."""

    REGIONS = "regions, as columns of prose are"
    PERHAPS_REGIONS = "regions, if nothing beside it tells otherwise"
    CELLS = "the cells of rows"
    ONE_ROW = "one row, or what may be columns of one line"
    NOTHING = "nothing: there is text on one side only"


@dataclass
class Band:
    """A part of a gutter.

    Attributes:
        before, after: the lines on its left and on its right, as indices, from the uppermost down; not both are empty.
        kind: what it parts.
        aspect: the usual aspect ratio of the lines on the side where they are shorter; 0 where a side is empty.
        alone: whether most lines have nothing behind them, away from the gutter.
    """

    before: Indices
    after: Indices
    kind: Kind = Kind.NOTHING
    aspect: float = 0.0
    alone: bool = False

    @property
    def lines(self) -> Indices:
        """The lines on both sides."""
        return np.concatenate((self.before, self.after))


def find_bands(boxes: Boxes, gutter: Gutter) -> list[Band]:
    """The bands of a gutter, from the uppermost down."""
    lines = np.concatenate((gutter.before, gutter.after))
    lines = lines[np.argsort(boxes.top[lines], kind="stable")]
    ends = np.maximum.accumulate(boxes.bottom[lines])[:-1]
    starts = boxes.top[lines][1:]
    whites = np.flatnonzero(starts > ends)
    height = float(np.median(boxes.height[lines]))
    own = max(_own_white(boxes, side) for side in (gutter.before, gutter.after))
    least = max(_LEAST_WHITE * height, min(_TIMES_OWN * own, _ENOUGH_WHITE * height))
    cuts = whites[_long((starts[whites] - ends[whites]).tolist(), height, least)]
    if not len(cuts):
        return [Band(gutter.before, gutter.after)]
    at = (starts[cuts] + ends[cuts]) / 2
    before, after = (np.split(side, np.searchsorted(boxes.middle[side], at)) for side in (gutter.before, gutter.after))
    bands = [Band(*sides) for sides in zip(before, after, strict=True) if len(sides[0]) or len(sides[1])]
    joined = bands[:1]
    for band in bands[1:]:
        end, start = white_between(boxes, joined[-1], band)
        if start - end <= _GOING_ON * height and (_goes_on(joined[-1], band) or _goes_on(band, joined[-1])):
            joined[-1] = Band(np.append(joined[-1].before, band.before), np.append(joined[-1].after, band.after))
        else:
            joined.append(band)
    return joined


def _own_white(boxes: Boxes, lines: Indices) -> float:
    """How much white is usual between the lines on one side; 0 where they are too few to tell."""
    return float(np.median(boxes.top[lines][1:] - boxes.bottom[lines][:-1])) if len(lines) > 2 else 0.0


def _goes_on(band: Band, other: Band) -> bool:
    """Whether several lines on one side go on where those on the other side end."""
    return (
        min(map(len, (band.before, band.after))) == 0 and len(band.lines) >= _SEVERAL and len(other.lines) >= _SEVERAL
    )


def white_between(boxes: Boxes, above: Band, below: Band) -> tuple[float, float]:
    """Where the lines of one band end and those of the next one begin, in pixels."""
    return float(boxes.bottom[above.lines].max()), float(boxes.top[below.lines].min())


def _long(whites: Sequence[float], height: float, least: float) -> list[int]:
    """Which stretches of white, of those that follow each other down a gutter, end a band."""
    found = []
    for index, white in enumerate(whites):
        around = (whites[max(0, index - _USUAL_OF) : index], whites[index + 1 : index + 1 + _USUAL_OF])
        usual = min((median(part) for part in around if part), default=_USUAL_WHITE * height)
        longer = max(least, _TIMES_USUAL * usual, usual + _OVER_USUAL * height)
        if white > longer and white >= _AS_MUCH * max(whites[max(0, index - 1) : index + 2]):
            found.append(index)
    return found
