"""Signs that look like Chinese characters: what stands alone is +, - or = where nobody writes Chinese."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ocr_ops.arrays import Image
from ocr_ops.recognition.decoding import Text
from ocr_ops.recognition.glyph_shapes import ink_of

_PLUS = frozenset("十┼")
_BARS = frozenset("一二三ニー")
_SIGN_OF_BARS = {1: "-", 2: "="}
# Blocks of Chinese, Japanese and Korean: radicals to unified ideographs, Hangul, compatibility and wide forms, and the
# further planes of ideographs.
_EAST_ASIAN = (
    ("\u2e80", "\u9fff"),
    ("\uac00", "\ud7af"),
    ("\uf900", "\ufaff"),
    ("\uff00", "\uffef"),
    ("\U00020000", "\U0003ffff"),
)
_BAR = 0.7  # of the width of all ink, from which a row of ink belongs to a bar
_STRONG = 0.5  # of the strongest ink, from which a pixel is ink
_FAINTEST = 40.0  # the least contrast of ink to its paper, of 255


def signs_by_script(texts: Sequence[Text], crops: Sequence[Image]) -> list[Text]:
    """The texts of a page, with + for 十 and - or = for 一, 二 or 三, where such a character is all that a line says.

    Nothing changes on a page with anything else in Chinese, Japanese or Korean, nor on one without letters and digits.
    How many bars a glyph has is counted: readings take = to be 三 as often as 二.

    Args:
        texts: of each line.
        crops: the lines', as they were read, uint8, shape (height, width, 3) each.
    """
    signs = [index for index, text in enumerate(texts) if text.text in _PLUS or text.text in _BARS]
    others = "".join(text.text for text in texts if text.text not in _PLUS and text.text not in _BARS)
    if not signs or any(map(_is_east_asian, others)) or not any(map(str.isalnum, others)):
        return list(texts)
    changed = list(texts)
    for index in signs:
        changed[index] = _as_sign(texts[index], crops[index])
    return changed


def count_bars(crop: Image) -> int:
    """How many level bars a crop holds; 0 where there is other ink, or none.

    Args:
        crop: uint8, shape (height, width, 3).
    """
    ink = ink_of(crop)
    strongest = float(ink.max())
    if strongest < _FAINTEST:
        return 0
    inked = ink >= _STRONG * strongest
    columns = np.flatnonzero(inked.any(axis=0))
    widths = inked.sum(axis=1)
    full = widths >= _BAR * (columns[-1] + 1 - columns[0])
    if (widths[~full] > 0).any():
        return 0
    return int((np.diff(full.astype(np.int8), prepend=0) == 1).sum())


def _as_sign(text: Text, crop: Image) -> Text:
    if text.text in _PLUS:
        return replace(text, text="+")
    return replace(text, text=_SIGN_OF_BARS.get(count_bars(crop), text.text))


def _is_east_asian(character: str) -> bool:
    return any(first <= character <= last for first, last in _EAST_ASIAN)
