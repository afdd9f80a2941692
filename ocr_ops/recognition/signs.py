"""Signs that look like Chinese characters: what stands alone is +, - or = where nobody writes Chinese."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ocr_ops.arrays import Image
from ocr_ops.recognition.decoding import Text
from ocr_ops.recognition.glyph_shapes import ink_of
from ocr_ops.recognition.settling import Choice, with_choices
from ocr_ops.scripts import is_east_asian

_PLUS = frozenset("+十")
_BARS = frozenset("-=一二三•·")
_SIGN_OF_BARS = {1: "-", 2: "="}
_FLAT = 1.6  # times its height, the least width of a bar
_ALIKE = 0.7  # of the longest bar, the least width of the others
_STRONG = 0.5  # of the strongest ink, from which a pixel is ink
_FAINTEST = 40.0  # the least contrast of ink to its paper, of 255


def signs_by_script(texts: Sequence[Text], crops: Sequence[Image]) -> list[Text]:
    """The texts of a page, with + for 十 and - or = for 一, 二, 三 or a dot, where such a character is all a line says.

    Nothing changes on a page with anything else in Chinese, Japanese or Korean, nor on one without letters and digits.
    The bars of a glyph are counted: a = is read as 三 as often as 二. What has none, or three, stays.

    Args:
        texts: of each line.
        crops: the lines', as they were read, uint8, shape (height, width, 3) each.
    """
    signs = [index for index, text in enumerate(texts) if text.text in _PLUS or text.text in _BARS]
    others = "".join(text.text for text in texts if text.text not in _PLUS and text.text not in _BARS)
    if not signs or any(map(is_east_asian, others)) or not any(map(str.isalnum, others)):
        return list(texts)
    changed = list(texts)
    for index in signs:
        changed[index] = _as_sign(texts[index], crops[index])
    return changed


def count_bars(crop: Image) -> int:
    """How many level bars a crop holds, one above the other; 0 where there is other ink, or none.

    What touches the upper or lower edge is of a rule or of another line.

    Args:
        crop: uint8, shape (height, width, 3).
    """
    ink = ink_of(crop)
    strongest = float(ink.max())
    if strongest < _FAINTEST:
        return 0
    inked = ink >= _STRONG * strongest
    edges = np.flatnonzero(np.diff(inked.any(axis=1).astype(np.int8), prepend=0, append=0))
    runs = [(top, bottom) for top, bottom in edges.reshape(-1, 2).tolist() if top > 0 and bottom < len(inked)]
    widths = [np.ptp(np.flatnonzero(inked[top:bottom].any(axis=0))) + 1 for top, bottom in runs]
    flat = all(width >= _FLAT * (bottom - top) for width, (top, bottom) in zip(widths, runs, strict=True))
    alike = all(width >= _ALIKE * max(widths) for width in widths)
    return len(runs) if flat and alike else 0


def _as_sign(text: Text, crop: Image) -> Text:
    sign = "+" if text.text in _PLUS else _SIGN_OF_BARS.get(count_bars(crop))
    if sign is None:
        return text
    # Where the recogniser was sure of a Chinese character, there is no doubt to settle.
    choices = {doubt.place: Choice(sign, doubt.of_family) for doubt in text.doubts}
    return replace(with_choices(text, choices), text=sign)
