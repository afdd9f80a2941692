"""Telling vertical writing from rows that lie on their side.

Both come in tall quads. In vertical writing, as of Chinese and Japanese, the glyphs stand, one under the other; on a
page that lies on its side they lie, too. The recogniser reads both when they are laid down, but glyphs that lie are not
what they were when they are set side by side as they are.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import cv2
import numpy as np

from ocr_ops.arrays import Image, as_image
from ocr_ops.recognition.decoding import Text
from ocr_ops.scripts import is_unspaced

# So many glyphs are looked at.
_GLYPHS = 6
# The distance from glyph to glyph, as a multiple of the column's width, which includes the margin of its quad.
_CLOSEST, _WIDEST = 0.6, 1.3
# A shorter distance is taken where the cuts are worse than the best by this part of the ink's range, because twice the
# distance cuts as well.
_AS_GOOD = 0.03
# Of the glyphs, this part must say the same, standing and laid down. Of drawn vertical pages it is 0.6 and more, of
# pages that lie 0.2 at most.
_THE_SAME = 0.35


def side_by_side(column: Image) -> Image:
    """Some glyphs from the middle of a column, set side by side as they stand.

    They are cut at equal distances, where there is least ink.

    Args:
        column: uint8, shape (height, width, 3), a line that runs from top to bottom, as it stands in the picture.

    Returns:
        uint8, shape (height, width, 3).
    """
    cuts = _cuts(column)
    glyphs = [column[top:bottom] for top, bottom in pairwise(cuts)]
    return as_image(np.hstack(glyphs)) if glyphs else column


def is_vertical_writing(readings: Iterable[tuple[Text, Text]]) -> bool:
    """Whether tall lines are vertical writing: many of their glyphs are the same as they stand.

    What is Latin as it is laid down is never vertical writing. A single glyph proves nothing: 十 is 十 as it lies.

    Args:
        readings: of each line, that of the crop that was laid down, and that of `side_by_side`.
    """
    same = looked_at = 0
    for laid_down, standing in readings:
        if len(laid_down.text) < 2:
            continue
        same += (_glyphs(laid_down) & _glyphs(standing)).total()
        looked_at += min(len(laid_down.text), _GLYPHS)
    return same > _THE_SAME * looked_at


def _glyphs(text: Text) -> "Counter[str]":
    return Counter(character for character in text.text if is_unspaced(character) and character.isalpha())


def _cuts(column: Image) -> list[int]:
    """The rows, at equal distances, between the middle glyphs of a column."""
    height, width = column.shape[:2]
    brightness = cv2.cvtColor(column, cv2.COLOR_BGR2GRAY)
    ink = np.ptp(brightness.astype(np.float32), axis=1)
    best: dict[int, tuple[float, int]] = {}
    for pitch in range(max(1, round(_CLOSEST * width)), min(height, round(_WIDEST * width)) + 1):
        # For each row to begin at, the ink that the cuts go through; below the column there is none.
        met = np.pad(ink, (0, -height % pitch)).reshape(-1, pitch).mean(axis=0)
        best[pitch] = (float(met.min()), int(met.argmin()))
    if not best:
        return []
    good = min(best.values())[0] + _AS_GOOD * float(np.ptp(ink))
    pitch = next(pitch for pitch, (least, _) in best.items() if least <= good)
    cuts = list(range(best[pitch][1], height, pitch))
    first = max(0, (len(cuts) - _GLYPHS - 1) // 2)
    return cuts[first : first + _GLYPHS + 1]
