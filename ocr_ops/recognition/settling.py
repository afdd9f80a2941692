"""What a doubtful character is, by its glyph's shape beside those of the glyphs around it."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ocr_ops.arrays import Image
from ocr_ops.recognition.decoding import Text
from ocr_ops.recognition.glyph_shapes import glyph_shapes
from ocr_ops.recognition.look_alikes import LETTER, ZERO, Doubt

LOW = frozenset("acemnorsuvwxz")
"""Small letters that neither rise nor hang."""

HIGH = frozenset("ABCDEFGHIKLMNOPRSTUVWXYZ0123456789")
"""Capitals and digits, all of one height."""

_NEAREST = 6  # glyphs of a kind to which one is compared
_FEWEST = 2
# Of fonts from 10 to 40 pixels: what a height is measured to, as a sum of pixels and of a part of it; how much higher
# than an x a capital is, and by how much fonts differ in that, as a part of the height.
_PIXELS, _PART = 0.3, 0.02
_CAPITAL, _FONTS = 1.36, 0.08
_LEAST_CAPITAL, _MOST_CAPITAL = 1.06, 2.0
# The density of heights that mean nothing, because another glyph reaches into the column, where the densities of small
# and of large letters are Gaussian and lie 1 apart. It bounds what a height can prove.
_STRAY = 0.02
_LEAST_SHARE = 1e-6
_DIGIT = 0.1  # the recogniser's own share of a digit, from which a letter can become one
_WORD = 3  # characters, from which a word of capitals is none of the codes K0 and A1


def settle(text: Text, crop: Image) -> Text:
    """The text, with those doubts settled that its glyphs' shapes settle.

    The height of a glyph tells small letters from capitals. A zero that may be of a code becomes no letter. The text
    keeps the doubts that nothing in its line settles.

    Args:
        text: a reading.
        crop: the crop that was read, uint8, shape (height, width, 3).
    """
    letters = [doubt for doubt in text.doubts if doubt.of_letter]
    if not letters:
        return text
    shapes = glyph_shapes(crop, text.columns)
    doubtful = {doubt.place for doubt in text.doubts}
    known = [
        (place, character, shape)
        for place, (character, shape) in enumerate(zip(text.text, shapes, strict=True))
        if shape and place not in doubtful
    ]
    choices = {}
    for doubt in letters:
        place, shape, read = doubt.place, shapes[doubt.place], text.text[doubt.place]
        near = sorted(known, key=lambda other: abs(other[0] - place))
        low, high = (
            _usual(glyph.height for _, character, glyph in near if character in kind and glyph.whole)
            for kind in (LOW, HIGH)
        )
        evidence = case_evidence(shape.height, low, high) if shape and shape.whole else None
        if evidence is not None:
            choice = _in_place(text.text, doubt, likeliest(doubt, read, evidence))
            if choice:
                choices[place] = choice
    return with_choices(text, choices)


@dataclass(frozen=True)
class Choice:
    """What a doubtful character is.

    Attributes:
        character: one of its family.
        share: its probability, 0 to 1, among those that it can be.
    """

    character: str
    share: float


def with_choices(text: Text, choices: Mapping[int, Choice]) -> Text:
    """The text with doubts settled, and its score with the shares of what was chosen. A zero stays in doubt.

    Args:
        text: a reading.
        choices: what is chosen, by the places of doubts.
    """
    characters, gained = list(text.text), 0.0
    for doubt in text.doubts:
        choice = choices.get(doubt.place)
        if choice:
            gained += choice.share - doubt.shares[characters[doubt.place]]
            characters[doubt.place] = choice.character
    left = tuple(doubt for doubt in text.doubts if doubt.place not in choices or choices[doubt.place].character == ZERO)
    score = min(1.0, text.score + gained / max(1, len(characters)))
    return replace(text, text="".join(characters), score=score, doubts=left)


def case_evidence(height: float, low: float | None, high: float | None) -> float | None:
    """How much a glyph's height speaks for a capital: the logarithm of the ratio of the likelihoods.

    Args:
        height: the glyph's.
        low: the usual height of small letters without ascenders; None where there are none beside it.
        high: that of capitals and digits.

    Returns:
        Above 0 for a capital, below 0 for a small letter; None where nothing can be compared.
    """
    if low and high:
        if not _LEAST_CAPITAL * low < high < _MOST_CAPITAL * low:
            return None
        low_error = high_error = _PIXELS + _PART * high
    elif low:
        low_error, high = _PIXELS + _PART * low, _CAPITAL * low
        high_error = math.hypot(low_error, _FONTS * low)
    elif high:
        high_error, low = _PIXELS + _PART * high, high / _CAPITAL
        low_error = math.hypot(high_error, _FONTS * high)
    else:
        return None
    step = high - low
    capital = _density((height - high) / step, high_error / step)
    small = _density((height - low) / step, low_error / step)
    return math.log((capital + _STRAY) / (small + _STRAY))


def likeliest(doubt: Doubt, read: str, evidence: float, trust: float = 1.0) -> Choice:
    """The likeliest character, by the recogniser's shares and the evidence for a capital.

    Args:
        doubt: with the recogniser's shares.
        read: what was read; it stays where its case does.
        evidence: for a capital, as `case_evidence` gives it.
        trust: what the recogniser's odds are worth, 0 to 1.

    Returns:
        The character. Its share is that of its family, of which the others of its case have their part.
    """
    capitals = {character: share for character, share in doubt.shares.items() if not character.islower()}
    small = {character: share for character, share in doubt.shares.items() if character.islower()}
    odds = math.log(max(sum(capitals.values()), _LEAST_SHARE) / max(sum(small.values()), _LEAST_SHARE))
    case: Mapping[str, float] = capitals if trust * odds + evidence > 0 else small
    character = read if read in case else max(case, key=lambda character: case[character])
    return Choice(character, doubt.of_family * case[character] / max(sum(case.values()), _LEAST_SHARE))


def _in_place(text: str, doubt: Doubt, choice: Choice) -> Choice | None:
    """What may be chosen at a place: no digit for a letter of a word, and no letter for a digit of a code."""
    read, in_word = text[doubt.place], is_in_word(text, doubt.place)
    if choice.character == read:
        return choice
    if choice.character == ZERO:
        if in_word:
            return Choice(LETTER, doubt.of_family)
        return choice if doubt.shares[ZERO] >= _DIGIT else None
    return choice if read != ZERO or in_word else None


def is_in_word(text: str, place: int) -> bool:
    """Whether what surrounds a place, from blank to blank, has two letters and more, and no digit."""
    start, end = text.rfind(" ", 0, place) + 1, text.find(" ", place)
    others = text[start:place] + text[place + 1 : end if end >= 0 else len(text)]
    return sum(map(str.isalpha, others)) >= _WORD - 1 and not any(map(str.isdigit, others))


def _usual(heights: Iterable[float]) -> float | None:
    nearest = list(heights)[:_NEAREST]
    return float(np.median(nearest)) if len(nearest) >= _FEWEST else None


def _density(distance: float, error: float) -> float:
    return math.exp(-((distance / error) ** 2) / 2) / error / math.sqrt(2 * math.pi)
