"""The figures as bars."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pdserving.bench.rows import Row, Rows, value_of
from pdserving.bench.table import Column

MARGIN, LABELS, PANEL, BAR, STEP, HEAD = 24, 290, 330, 20, 30, 64  # pixels
GAP = 30  # pixels between panels
VALUE = 70  # pixels beside the longest bar, for its value
TEXT = 16  # pixels
INK, PALE = (40, 40, 40), (150, 150, 150)  # BGR, as the next ones
OURS, OURS_BARE, OTHERS = (190, 110, 30), (220, 190, 150), (90, 150, 230)


def write_plot(rows: Rows, panels: Sequence[Column], path: Path) -> None:
    """Write a PNG: a row for each row of the table, and a panel for each of the figures."""
    shown = list(rows.values())
    width = 2 * MARGIN + LABELS + len(panels) * (PANEL + GAP)
    image = np.full((HEAD + STEP * len(shown) + MARGIN, width, 3), 255, np.uint8)
    pen = _Pen(image)
    for index, row in enumerate(shown):
        pen.write(row.title, MARGIN, _baseline(index), INK)
    for number, column in enumerate(panels):
        _panel(pen, MARGIN + LABELS + number * (PANEL + GAP), column, shown)
    path.parent.mkdir(parents=True, exist_ok=True)
    encoded = cv2.imencode(".png", image)[1]
    path.write_bytes(encoded.tobytes())


def _panel(pen: "_Pen", left: int, column: Column, rows: Sequence[Row]) -> None:
    pen.write(column.heading, left, HEAD - 24, INK, bold=True)
    values = [value_of(row, column.figure) for row in rows]
    largest = max((value for value in values if value is not None), default=1) or 1
    for index, (row, value) in enumerate(zip(rows, values, strict=True)):
        if value is None:
            pen.write("failed" if row.median is None else "not measured", left, _baseline(index), PALE)
            continue
        length = max(1, round((PANEL - VALUE) * value / largest))
        pen.bar(left, HEAD + index * STEP, length, _colour(row))
        pen.write(column.text(value), left + length + 8, _baseline(index), INK)


def _baseline(index: int) -> int:
    return HEAD + index * STEP + BAR - 4


def _colour(row: Row) -> tuple[int, int, int]:
    if row.contender.is_peer:
        return OTHERS
    return OURS if row.contender.is_service else OURS_BARE


class _Pen:
    """Draws on an image."""

    def __init__(self, image: NDArray[np.uint8]) -> None:
        self._image = image
        self._font = cv2.FontFace("sans")

    def write(self, text: str, left: int, baseline: int, colour: tuple[int, int, int], bold: bool = False) -> None:
        """Write a line of text."""
        cv2.putText(self._image, text, (left, baseline), colour, self._font, TEXT, 700 if bold else 400)

    def bar(self, left: int, top: int, length: int, colour: tuple[int, int, int]) -> None:
        """Draw a bar from left to right."""
        cv2.rectangle(self._image, (left, top), (left + length, top + BAR), colour, cv2.FILLED)
