"""Lines longer than the recogniser's widest input: cut into pieces that are read one by one, and joined.

A line is cut at blanks between words. Where none is near, as in Chinese or in a long address, two pieces share some of
the line, and what was read twice is known by its characters and their places.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from ocr_ops.arrays import Floats, Image, as_image
from ocr_ops.recognition.decoding import Text
from ocr_ops.scripts import is_unspaced

# In parts of the widest input: how wide a piece is on average at most, so that it can be cut at a good place, and how
# much two pieces share at most on each side of a cut.
_FILLED = 0.8
_MOST_SHARED = 0.05
# A line that would have more pieces, about 5,000 times as long as high, is squeezed into about so many.
_MOST = 128
# A cut is at most this part of a piece away from where the pieces would be of one width.
_REACH = 0.25
# In heights of the line: a narrower gap is none between words; and what two pieces share on each side of a cut
# elsewhere, which is more than a glyph.
_WORD_GAP = 0.15
_SHARED = 1.0
# A gap between words is at least so many times as wide as the usual one around. Those beside a 1 are twice as wide.
_WORD_TO_GLYPH = 2.5
# The part of the columns around that shows the paper behind them.
_PAPER = 0.1
# How high a dash is, in heights of the line.
_STROKE = 0.06
# A column is blank up to this part of the way from the emptiest columns around to the usual ones.
_BLANK = 0.25
# A glyph that is read twice is found at places that differ by less than this part of what is shared on one side.
_SAME_PLACE = 0.4
# How much nearer to each other the two places of a glyph must be for one that is farther from the cut.
_FROM_CUT = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line that is read by itself.

    Attributes:
        start, end: its columns of the line's crop, in pixels.
        cut: where the piece before ends and this one begins, in the same pixels. Where it is `start`, they share
            nothing: there is a gap between words, or no piece before.
    """

    start: int
    end: int
    cut: int

    def of(self, crop: Image) -> Image:
        """Its part of the crop, as a view."""
        return crop[:, self.start : self.end]


class _Gap(NamedTuple):
    middle: int  # in pixels of the part of the line that was looked at
    between_words: bool


class _Glyph(NamedTuple):
    character: str
    x: float  # its centre, in pixels of the line's crop
    score: float | None  # of the piece in which it was read; None where it was not read


def cut(crop: Image, height: int, max_width: int) -> list[Piece]:
    """The pieces of a line's crop: one where it fits the recogniser's widest input, else several of about one width.

    They fit that input, too, unless a line is thousands of times as long as high: such a line is squeezed.

    Args:
        crop: uint8, shape (height, width, 3).
        height: the input's height, in pixels.
        max_width: the width of the widest input, in pixels.
    """
    own_height, width = crop.shape[:2]
    longest = max(1, max_width * own_height // height)
    if width <= longest:
        return [Piece(0, width, 0)]
    longest = max(longest, width // int(_FILLED * _MOST))
    count = -(-width // max(1, int(_FILLED * longest)))
    mean = width / count
    shared = int(min(_SHARED * own_height, _MOST_SHARED * longest))
    reach = max(0, int(min(_REACH * mean, (longest - mean) / 2 - shared)))
    pieces, start, place = [], 0, 0
    for number in range(1, count):
        first = int(number * mean) - reach
        gap = _widest_gap(crop[:, first : first + 2 * reach + 1], height)
        kept = 0 if gap.between_words else shared
        next_place = first + gap.middle
        pieces.append(Piece(start, next_place + kept, place))
        start, place = next_place - kept, next_place
    return [*pieces, Piece(start, width, place)]


def join(pieces: Sequence[Piece], texts: Sequence[Text]) -> Text:
    """The text of a line that was read in pieces.

    A blank stands at each cut between words, but not beside a Chinese or Japanese character, nor in a line in which no
    blank was read. Of what two pieces share, the one gives the text up to a glyph that both have, and the other what
    follows it.

    Args:
        pieces: those of `cut`, all of them.
        texts: the text of each.

    Returns:
        The text, with the mean score of the characters that were read, and their columns along the whole line.
    """
    if len(pieces) == 1:
        return texts[0]
    has_words = any(" " in text.text for text in texts)
    glyphs = _glyphs(pieces[0], texts[0])
    for piece, text in zip(pieces[1:], texts[1:], strict=True):
        following = _glyphs(piece, text)
        if piece.start == piece.cut:
            glyphs = _joined_at_gap(glyphs, following, piece.cut, has_words)
        else:
            glyphs = _joined_at_shared(glyphs, following, piece)
    scores = [glyph.score for glyph in glyphs if glyph.score is not None]
    places = np.maximum.accumulate([glyph.x / pieces[-1].end for glyph in glyphs]).clip(0, 1)
    score = sum(scores) / len(scores) if scores else 0.0
    return Text("".join(glyph.character for glyph in glyphs), score, tuple(places.tolist()))


def _widest_gap(window: Image, height: int) -> _Gap:
    """The widest run of blank columns of a part of a line; as seen where the line has at most this height."""
    own_height, width = window.shape[:2]
    if own_height > height:
        size = (-(-width * height // own_height), height)
        window = as_image(cv2.resize(window, size, interpolation=cv2.INTER_AREA))
    ink = _ink(window)
    emptiest, usual = np.percentile(ink, (5, 75))
    blank = np.concatenate(([False], ink <= emptiest + _BLANK * (usual - emptiest), [False]))
    runs = np.flatnonzero(np.diff(blank)).reshape(-1, 2)
    lengths = runs[:, 1] - runs[:, 0]
    widest = lengths.argmax()
    between_words = lengths[widest] >= max(_WORD_GAP * len(window), _WORD_TO_GLYPH * np.median(lengths))
    return _Gap(int(runs[widest].mean() * width / len(ink)), bool(between_words))


def _ink(window: Image) -> Floats:
    """How much each column differs from the paper, which is as the columns are whose own pixels differ least.

    What counts is the few pixels of a column that differ most: of a dash there are no more. Neither a rule along the
    line nor a slope of light is ink, and the text may be dark or light.
    """
    pixels = window.astype(np.float32)
    differences = pixels.std(axis=0).sum(axis=1)
    emptiest = differences.argsort()[: max(1, int(_PAPER * len(differences)))]
    pixels -= np.median(pixels[:, emptiest], axis=1, keepdims=True)
    pixels -= np.median(pixels, axis=0, keepdims=True)
    strokes = max(1, int(_STROKE * len(pixels)))
    ink: Floats = np.partition(np.abs(pixels, out=pixels).mean(axis=2), -strokes, axis=0)[-strokes:].mean(axis=0)
    return ink


def _glyphs(piece: Piece, text: Text) -> list[_Glyph]:
    width = piece.end - piece.start
    return [
        _Glyph(character, piece.start + column * width, text.score)
        for character, column in zip(text.text, text.columns, strict=True)
    ]


def _joined_at_gap(left: list[_Glyph], right: list[_Glyph], place: int, has_words: bool) -> list[_Glyph]:
    while left and left[-1].character == " ":
        left = left[:-1]
    while right and right[0].character == " ":
        right = right[1:]
    spaced = has_words and not any(is_unspaced(glyph.character) for glyph in left[-1:] + right[:1])
    return [*left, _Glyph(" ", place, None), *right] if spaced and left and right else left + right


def _joined_at_shared(left: list[_Glyph], right: list[_Glyph], piece: Piece) -> list[_Glyph]:
    shared = piece.cut - piece.start
    matches = [
        (abs(one.x - other.x) + abs(one.x - piece.cut) / _FROM_CUT, index, number)
        for index, one in enumerate(left)
        if one.x >= piece.start
        for number, other in enumerate(right)
        if one.character == other.character != " " and abs(one.x - other.x) < _SAME_PLACE * shared
    ]
    if matches:
        _, index, number = min(matches)
        return left[: index + 1] + right[number + 1 :]
    if not left or not right:
        return left + right
    before = [glyph for glyph in left if glyph.x <= piece.cut]
    after = [glyph for glyph in right if glyph.x > piece.cut]
    return before + after
