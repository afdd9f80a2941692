"""The words and characters of a line's text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# The scripts without blanks between words: Han, kana, bopomofo, their punctuation, and full-width forms. Hangul is not
# among them: it has blanks.
_CJK = (
    "\u2e80-\u2fdf\u3000-\u312f\u31a0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U00016fe0-\U00018cff\U0001aff0-\U0001b2ff\U0001f200-\U0001f2ff\U00020000-\U0003ffff"
)
_PIECES = re.compile(rf"\s+|(?:(?!\s)[{_CJK}])+|[^\s{_CJK}]+")
# The characters that XML 1.0 does not admit, and the control characters of C1, which print nothing.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Piece:
    """A part of a text: a word, or the blanks between two.

    A script that has no blanks between words is cut where it begins and ends: 第12章 is three words.

    Attributes:
        start: the index of its first character.
        end: the index after its last character.
        blank: whether it is blanks.
    """

    start: int
    end: int
    blank: bool


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a text, which together are all of it."""
    for match in _PIECES.finditer(text):
        yield Piece(match.start(), match.end(), match.group()[0].isspace())


def printable(text: str) -> str:
    """The text without characters that no document may hold.

    These are lone surrogates, and control characters other than tabs and ends of lines.
    """
    return _UNPRINTABLE.sub("", text)
