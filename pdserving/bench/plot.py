"""The figures of a run as bars."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pdserving.bench.rows import Row, Rows, value_of
from pdserving.bench.table import Column

_MARGIN, _LABELS, _PANEL, _BAR, _STEP, _HEAD = 24, 290, 330, 20, 30, 64  # pixels
_GAP = 30  # pixels between panels
_VALUE = 70  # pixels beside the longest bar, where its value stands
_TEXT = 16  # pixels
_INK, _PALE = (40, 40, 40), (150, 150, 150)  # BGR, as the next ones
_OURS, _OURS_BARE, _OTHERS = (190, 110, 30), (220, 190, 150), (90, 150, 230)


def write_plot(rows: Rows, panels: Sequence[Column], path: Path) -> None:
    """Write a PNG: a row for each row of the table, and a panel for each of the figures."""
    shown = list(rows.values())
    width = 2 * _MARGIN + _LABELS + len(panels) * (_PANEL + _GAP)
    image = np.full((_HEAD + _STEP * len(shown) + _MARGIN, width, 3), 255, np.uint8)
    pen = _Pen(image)
    for index, row in enumerate(shown):
        pen.write(row.title, _MARGIN, _baseline(index), _INK)
    for number, column in enumerate(panels):
        _panel(pen, _MARGIN + _LABELS + number * (_PANEL + _GAP), column, shown)
    path.parent.mkdir(parents=True, exist_ok=True)
    encoded = cv2.imencode(".png", image)[1]
    path.write_bytes(encoded.tobytes())


def _panel(pen: "_Pen", left: int, column: Column, rows: Sequence[Row]) -> None:
    pen.write(column.heading, left, _HEAD - 24, _INK, bold=True)
    values = [value_of(row, column.figure) for row in rows]
    largest = max((value for value in values if value is not None), default=1) or 1
    for index, (row, value) in enumerate(zip(rows, values, strict=True)):
        if value is None:
            pen.write("failed" if row.median is None else "not measured", left, _baseline(index), _PALE)
            continue
        length = max(1, round((_PANEL - _VALUE) * value / largest))
        pen.bar(left, _HEAD + index * _STEP, length, _colour(row))
        pen.write(column.text(value), left + length + 8, _baseline(index), _INK)


def _baseline(index: int) -> int:
    return _HEAD + index * _STEP + _BAR - 4


def _colour(row: Row) -> tuple[int, int, int]:
    if row.contender.is_peer:
        return _OTHERS
    return _OURS if row.contender.is_service else _OURS_BARE


class _Pen:
    """Draws on an image."""

    def __init__(self, image: NDArray[np.uint8]) -> None:
        self._image = image
        self._font = cv2.FontFace("sans")

    def write(self, text: str, left: int, baseline: int, colour: tuple[int, int, int], bold: bool = False) -> None:
        """Write a line of text."""
        cv2.putText(self._image, text, (left, baseline), colour, self._font, _TEXT, 700 if bold else 400)

    def bar(self, left: int, top: int, length: int, colour: tuple[int, int, int]) -> None:
        """Draw a bar from left to right."""
        cv2.rectangle(self._image, (left, top), (left + length, top + _BAR), colour, cv2.FILLED)
