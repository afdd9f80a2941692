"""The rows and paragraphs that a page's lines form."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ocr_ops.detection import Quad
from ocr_ops.reading_order import level, reading_regions, turned_upright
from pdserving.documents.boxes import reading_quad
from pdserving.page_answer import LineAnswer, PageAnswer

# Two rows belong to different paragraphs if they are this many times as far apart as is usual on the page …
_PARAGRAPH_DISTANCE = 1.4
# … where the usual distance is at most this many times a row's height: on a page of single rows, all are far apart.
_WIDEST_SPACING = 1.8


@dataclass(frozen=True)
class Row:
    """Lines side by side, from left to right; on a page in columns the lines of one column, from the top.

    Attributes:
        lines: at least one, each with a text that is not blank.
        region: the number of its region on the page: a column, a heading across columns, a table and so on.
        middle: how far down the upright page it is, as `level` turns it, in pixels.
        height: the height of its highest line, across the direction of reading, in pixels.
    """

    lines: tuple[LineAnswer, ...]
    region: int
    middle: float
    height: float

    @property
    def text(self) -> str:
        """The lines' text, with a space between neighbours."""
        return " ".join((line.text or "").strip() for line in self.lines)


def rows(page: PageAnswer) -> list[Row]:
    """The rows of a page that have text, in reading order."""
    lines = [line for line in page.lines if line.text and not line.text.isspace()]
    if not lines:
        return []
    quads = turned_upright([Quad(np.array(line.quad, np.float32), 0.0) for line in lines], page.rotation)
    middles = level(quads)[:, :, 1].mean(axis=1)
    return [
        Row(
            tuple(lines[index] for index in row),
            number,
            float(middles[row].mean()),
            max(text_height(lines[index]) for index in row),
        )
        for number, region in enumerate(reading_regions(quads))
        for row in region
    ]


def paragraphs(page_rows: Sequence[Row]) -> list[list[Row]]:
    """The rows, cut between two regions, and where they are farther apart than is usual on the page."""
    if not page_rows:
        return []
    spacings = [_spacing(above, below) for above, below in pairwise(page_rows) if above.region == below.region]
    farthest = _PARAGRAPH_DISTANCE * min(statistics.median(spacings), _WIDEST_SPACING) if spacings else 0.0
    found = [[page_rows[0]]]
    for above, below in pairwise(page_rows):
        if above.region != below.region or _spacing(above, below) > farthest:
            found.append([below])
        else:
            found[-1].append(below)
    return found


def text_height(line: LineAnswer) -> float:
    """The height of a line, across the direction of reading, in pixels."""
    top_left, top_right, bottom_right, bottom_left = np.array(reading_quad(line))
    return float(np.hypot(*(bottom_left - top_left)) + np.hypot(*(bottom_right - top_right))) / 2


def _spacing(above: Row, below: Row) -> float:
    """The distance between two rows' middles, as a multiple of their mean height."""
    return 2 * (below.middle - above.middle) / max(above.height + below.height, 1.0)
