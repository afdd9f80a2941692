"""The shapes of a line's glyphs, measured in its crop.

The recogniser says about where each glyph is. Between two of them the cut goes where there is little ink.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_ops.arrays import Floats, Image

Ink: TypeAlias = Floats
"""How much each pixel of a crop differs from the paper, 0 to 255, of shape (height, width)."""

_RULE = 0.98  # of a crop's width, from which a row of ink is a rule or an underline: letters leave gaps
_FAINT = 0.35  # of the usual strength of a line's glyphs, below which there is no glyph: a blank with noise
_OWN = 0.25  # of the distance to the next glyph: where a cut cannot be
_AWAY = 0.3  # usual columns of ink that a cut may cost less for each distance of the glyphs that it is off their middle
_BEYOND = 1.2  # the widths, of the other half of the first or the last glyph, to which it may reach outwards
_MIDDLE_ROWS = (0.38, 0.62)  # of a glyph's height
_MIDDLE_COLUMNS = (0.35, 0.65)  # of its width


@dataclass(frozen=True)
class Shape:
    """What a glyph's ink measures.

    Attributes:
        height: from its top to its bottom, in pixels.
        whole: whether it ends inside the crop, and not at its upper or lower edge, which may cut it.
        middle: the ink in its middle, of its strongest: about 1 for a zero with a dot or a stroke, about 0 for an O.
    """

    height: float
    whole: bool
    middle: float


def ink_of(crop: Image) -> Ink:
    """The ink of a crop, which is dark on light paper or light on dark; most of it is paper. Rules are left out."""
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY).astype(np.float32)
    ink: Ink = np.abs(grey - np.float32(np.median(grey)))
    ink[(ink >= ink.max() / 2).mean(axis=1) >= _RULE] = 0
    return ink


def glyph_shapes(crop: Image, columns: Sequence[float]) -> list[Shape | None]:
    """The shape of each glyph; None where there is no ink, as at a blank.

    Args:
        crop: uint8, shape (height, width, 3).
        columns: the centres of the glyphs along it, as in `Text`.
    """
    ink = ink_of(crop)
    windows = _windows(ink.sum(axis=0), [column * crop.shape[1] for column in columns])
    profiles = [ink[:, left:right].max(axis=1) for left, right in windows]
    strengths = [float(profile.max()) for profile in profiles]
    faint = _FAINT * float(np.median([strength for strength in strengths if strength] or [0.0]))
    return [
        _shape(ink[:, left:right], profile, strength) if strength > faint else None
        for (left, right), profile, strength in zip(windows, profiles, strengths, strict=True)
    ]


def _windows(sums: NDArray[np.float32], centres: Sequence[float]) -> list[tuple[int, int]]:
    """The columns of each glyph, from and to."""
    width = len(sums)
    if len(centres) == 1:
        return [(0, width)]
    usual = max(1.0, float(sums.mean()))
    cuts = []
    for left, right in pairwise(centres):
        start = min(int(left + _OWN * (right - left)), width - 1)
        end = min(max(start + 1, int(np.ceil(right - _OWN * (right - left))) + 1), width)
        # Where two are alike, it is rather in the middle than inside an H, which is empty, too.
        off = np.abs(np.arange(start, end) + 0.5 - (left + right) / 2) / (right - left + 1)
        cuts.append(start + int((sums[start:end] / usual + _AWAY * off).argmin()))
    first = max(0, int(centres[0] - _BEYOND * (cuts[0] - centres[0])) - 1)
    last = min(width, int(centres[-1] + _BEYOND * (centres[-1] - cuts[-1])) + 2)
    # The column of a cut is neither glyph's: where they touch, it has ink of both.
    starts = [first, *(cut + 1 for cut in cuts)]
    return [_range(start, end, width) for start, end in zip(starts, [*cuts, last], strict=True)]


def _range(start: int, end: int, width: int) -> tuple[int, int]:
    """The columns from and to, one at least."""
    start = min(start, width - 1)
    return start, max(start + 1, end)


def _shape(ink: Ink, profile: NDArray[np.float32], strength: float) -> Shape:
    inked = np.flatnonzero(profile >= strength / 2)
    first, last, end = int(inked[0]), int(inked[-1]), len(profile) - 1
    height = end + 1 - _edge(profile[::-1], end - last, strength) - _edge(profile, first, strength)
    return Shape(height, first > 0 and last < end, _middle(ink, first, last + 1, strength))


def _edge(profile: NDArray[np.float32], first: int, strength: float) -> float:
    """Where the ink begins, in pixels: half of the strength is reached between the row `first` and the one before."""
    if first == 0:
        return 0.0
    here, before = float(profile[first]), float(profile[first - 1])
    return first + 0.5 - (here - strength / 2) / (here - before)


def _middle(ink: Ink, top: int, bottom: int, strength: float) -> float:
    inked = np.flatnonzero(ink[top:bottom].max(axis=0) >= strength / 2)
    rows = _part(top, bottom, _MIDDLE_ROWS)
    columns = _part(int(inked[0]), int(inked[-1]) + 1, _MIDDLE_COLUMNS)
    return float(ink[rows, columns].max()) / strength


def _part(start: int, end: int, part: tuple[float, float]) -> slice:
    """The pixels of a part of a range, one at least."""
    first = round(start + part[0] * (end - start) - 0.25)
    return slice(first, max(first + 1, round(start + part[1] * (end - start) + 0.25)))
