"""The figures of a run as bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from pdserving.bench.rows import Row, Rows, value_of
from pdserving.bench.table import Column

Colour: TypeAlias = tuple[int, int, int]
"""BGR, 0 to 255."""

_MARGIN, _LABELS, _PANEL, _BAR, _STEP, _HEAD = 24, 290, 330, 20, 30, 64  # pixels
_GAP = 30  # pixels between panels
_VALUE = 70  # pixels beside the longest bar, where its value stands
_TEXT = 16  # pixels
_INK, _PALE = (40, 40, 40), (150, 150, 150)
OURS, _OURS_BARE, OTHERS = (190, 110, 30), (220, 190, 150), (90, 150, 230)


@dataclass(frozen=True)
class Panel:
    """A figure of every row.

    Attributes:
        heading: its name, with the unit.
        bars: the length of each row's bar and what is written beside it; None and the reason where there is none.
        most: what the longest bar stands for; None: the largest of them.
    """

    heading: str
    bars: Sequence[tuple[float | None, str]]
    most: float | None = None


def write_plot(rows: Rows, panels: Sequence[Column], path: Path) -> None:
    """Write a PNG: a row for each row of the table, and a panel for each of the figures."""
    shown = list(rows.values())
    write_bars(
        [row.title for row in shown],
        [_colour(row) for row in shown],
        [Panel(column.heading, [_bar(row, column) for row in shown]) for column in panels],
        path,
    )


def write_bars(titles: Sequence[str], colours: Sequence[Colour], panels: Sequence[Panel], path: Path) -> None:
    """Write a PNG with a row for each title, in its colour, and the panels beside each other."""
    width = 2 * _MARGIN + _LABELS + len(panels) * (_PANEL + _GAP)
    image = np.full((_HEAD + _STEP * len(titles) + _MARGIN, width, 3), 255, np.uint8)
    pen = _Pen(image)
    for index, title in enumerate(titles):
        pen.write(title, _MARGIN, _baseline(index), _INK)
    for number, panel in enumerate(panels):
        _draw_panel(pen, _MARGIN + _LABELS + number * (_PANEL + _GAP), panel, colours)
    path.parent.mkdir(parents=True, exist_ok=True)
    encoded = cv2.imencode(".png", image)[1]
    path.write_bytes(encoded.tobytes())


def _bar(row: Row, column: Column) -> tuple[float | None, str]:
    value = value_of(row, column.figure)
    if value is None:
        return None, "failed" if row.median is None else "not measured"
    return value, column.text(value)


def _draw_panel(pen: "_Pen", left: int, panel: Panel, colours: Sequence[Colour]) -> None:
    pen.write(panel.heading, left, _HEAD - 24, _INK, bold=True)
    most = panel.most or max((value for value, _ in panel.bars if value is not None), default=1) or 1
    for index, ((value, text), colour) in enumerate(zip(panel.bars, colours, strict=True)):
        if value is None:
            pen.write(text, left, _baseline(index), _PALE)
            continue
        length = max(1, round((_PANEL - _VALUE) * value / most))
        pen.bar(left, _HEAD + index * _STEP, length, colour)
        pen.write(text, left + length + 8, _baseline(index), _INK)


def _baseline(index: int) -> int:
    return _HEAD + index * _STEP + _BAR - 4


def _colour(row: Row) -> Colour:
    if row.contender.is_peer:
        return OTHERS
    return OURS if row.contender.is_service else _OURS_BARE


class _Pen:
    """Draws on an image."""

    def __init__(self, image: NDArray[np.uint8]) -> None:
        self._image = image
        self._font = cv2.FontFace("sans")

    def write(self, text: str, left: int, baseline: int, colour: Colour, bold: bool = False) -> None:
        """Write a line of text."""
        cv2.putText(self._image, text, (left, baseline), colour, self._font, _TEXT, 700 if bold else 400)

    def bar(self, left: int, top: int, length: int, colour: Colour) -> None:
        """Draw a bar from left to right."""
        cv2.rectangle(self._image, (left, top), (left + length, top + _BAR), colour, cv2.FILLED)
