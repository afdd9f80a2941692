"""Words and characters of a line's text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Writing without blanks between words: Han, kana, bopomofo, their punctuation, and full-width forms. Not hangul, which
# has blanks.
_CJK = (
    "\u2e80-\u2fdf\u3000-\u312f\u31a0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U00016fe0-\U00018cff\U0001aff0-\U0001b2ff\U0001f200-\U0001f2ff\U00020000-\U0003ffff"
)
_PIECES = re.compile(rf"\s+|(?:(?!\s)[{_CJK}])+|[^\s{_CJK}]+")
# What XML 1.0 does not admit, and the controls of C1, which print nothing.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Piece:
    """Characters `start` to `end` of a text: a word, or the blanks between two.

    Text of scripts that have no blanks between words is cut where its script begins and ends: 第12章 is three words.
    """

    start: int
    end: int
    blank: bool


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a text, which together are all of it."""
    for match in _PIECES.finditer(text):
        yield Piece(match.start(), match.end(), match.group()[0].isspace())


def printable(text: str) -> str:
    """The text without what no document may hold: control characters but tab and line ends, halves of surrogates."""
    return _UNPRINTABLE.sub("", text)
