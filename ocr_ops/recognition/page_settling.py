"""Doubts that nothing in their own line settles: its glyphs are measured against those of the lines around it."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ocr_ops.arrays import Image
from ocr_ops.recognition.decoding import Text
from ocr_ops.recognition.glyph_shapes import Shape, glyph_shapes
from ocr_ops.recognition.look_alikes import LETTER, ZERO, Doubt
from ocr_ops.recognition.settling import (
    HIGH,
    LOW,
    Choice,
    case_evidence,
    is_in_word,
    likeliest,
    with_choices,
)

_NEAREST = 12  # lines around a doubt that are measured
_FEWEST = 3
_FEWEST_ZEROS = 2
_MARKED = 0.5  # the ink in the middle of a zero that has a dot or a stroke
_EMPTY = 0.35  # the same of an O, as a part of that of the zeros beside it
_ONE_SIZE = 1.08  # between a height and the usual one, in lines of one size of font
_OF_ONE_SIZE = 0.7  # the part of the lines that must have it
# A bar may be a dash or a part of a sign that lies on its side.
_HIGH = HIGH - frozenset("I1")
# What the recogniser's odds on the case of a lone letter are worth: it sees a crop that the letter fills in any case.
_TRUST = 0.5
# How far, in widths of a glyph, the glyphs of a monospaced line are from where they should be; in 99 in 100 others of
# this length they are further.
_EVEN = 0.15
_LONG = 18


class _Lines:
    """The lines of a page, whose glyphs are measured when they are asked for."""

    def __init__(self, texts: Sequence[Text], crops: Sequence[Image]) -> None:
        self.texts = texts
        self._crops = crops
        self._shapes: dict[int, list[Shape | None]] = {}

    def shapes(self, line: int) -> list[Shape | None]:
        """The glyphs' shapes."""
        if line not in self._shapes:
            self._shapes[line] = glyph_shapes(self._crops[line], self.texts[line].columns)
        return self._shapes[line]

    def known(self, line: int) -> list[tuple[str, Shape]]:
        """The characters that are not in doubt, and their shapes; none whose ink may be cut."""
        text = self.texts[line]
        doubtful = {doubt.place for doubt in text.doubts}
        glyphs = enumerate(zip(text.text, self.shapes(line), strict=True))
        return [
            (character, shape)
            for place, (character, shape) in glyphs
            if shape and place not in doubtful and shape.whole
        ]

    def near(self, line: int, wanted: Callable[[Text], bool]) -> Iterator[int]:
        """The other lines of a kind that are nearest in the order of the page."""
        others = sorted(
            (other for other in range(len(self.texts)) if other != line), key=lambda other: abs(other - line)
        )
        found = (other for other in others if wanted(self.texts[other]))
        return (other for other, _ in zip(found, range(_NEAREST), strict=False))


def settle_by_page(texts: Sequence[Text], crops: Sequence[Image]) -> list[Text]:
    """The texts of a page, with those of the remaining doubts settled that the lines around them settle.

    A lone letter among lines of one size is small or a capital by its height. In a monospaced line a glyph with nothing
    inside, in a word, is an O where its zeros and those of the monospaced lines around it have a dot or a stroke.

    Args:
        texts: in the order of the page.
        crops: the crop of each, as it was read, uint8, shape (height, width, 3).
    """
    settled = list(texts)
    lines = _Lines(texts, crops)
    for line, text in enumerate(texts):
        if len(text.text) == 1:
            for doubt in filter(lambda doubt: doubt.of_letter, text.doubts):
                settled[line] = _lone_letter(lines, line, doubt)
        elif any(text.text[doubt.place] == ZERO for doubt in text.doubts) and _is_monospaced(text):
            settled[line] = _without_false_zeros(lines, line)
    return settled


def _lone_letter(lines: _Lines, line: int, doubt: Doubt) -> Text:
    text, (shape,) = lines.texts[line], lines.shapes(line)
    # A small zero may be a footnote's.
    if shape is None or not shape.whole or ZERO in doubt.shares:
        return text
    around = [lines.known(other) for other in lines.near(line, lambda text: not _HIGH.isdisjoint(text.text))]
    low, high = (_one_height(around, kind) for kind in (LOW, _HIGH))
    evidence = case_evidence(shape.height, low, high) if high else None
    if evidence is None:
        return text
    return with_choices(text, {doubt.place: likeliest(doubt, text.text, evidence, _TRUST)})


def _one_height(around: Sequence[Sequence[tuple[str, Shape]]], kind: frozenset[str]) -> float | None:
    """The height of a kind of characters in most lines; None where it differs."""
    lines = ([shape.height for character, shape in glyphs if character in kind] for glyphs in around)
    heights = np.array([np.median(heights) for heights in lines if heights])
    if len(heights) < _FEWEST:
        return None
    usual = float(np.median(heights))
    alike = (heights < _ONE_SIZE * usual) & (usual < _ONE_SIZE * heights)
    return usual if alike.mean() >= _OF_ONE_SIZE else None


def _without_false_zeros(lines: _Lines, line: int) -> Text:
    text = lines.texts[line]
    others = lines.near(line, lambda text: ZERO in text.text and _is_monospaced(text))
    zeros = [shape.middle for other in (line, *others) for read, shape in lines.known(other) if read == ZERO]
    if len(zeros) < _FEWEST_ZEROS:
        return text
    shapes = lines.shapes(line)
    letters = {
        doubt.place: Choice(LETTER, doubt.of_family)
        for doubt in text.doubts
        if text.text[doubt.place] == ZERO
        and is_in_word(text.text, doubt.place)
        and _is_hollow(shapes[doubt.place], zeros)
    }
    return with_choices(text, letters)


def _is_hollow(shape: Shape | None, zeros: Sequence[float]) -> bool:
    """Whether a glyph has nothing inside, while all zeros, by the ink in their middles, have a dot or a stroke."""
    return shape is not None and len(zeros) > 0 and min(zeros) >= _MARKED and shape.middle < _EMPTY * min(zeros)


def _is_monospaced(text: Text) -> bool:
    """Whether the glyphs of a line, blanks among them, stand at equal distances."""
    count = len(text.columns)
    if count < _LONG:
        return False
    columns, places = np.array(text.columns), np.arange(count)
    pitch, first = np.polyfit(places, columns, 1)
    return bool(pitch > 0 and np.std(columns - first - pitch * places) < _EVEN * pitch)
