"""Text drawn at random: prose from lists of words, and numbers by rules."""

from collections.abc import Iterator, Sequence
from random import Random

from pdserving.bench.accuracy.drawing.languages import CHINESE, ENGLISH, JAPANESE

_NUMBER_IN_PROSE = 0.06  # the part of words that are numbers
_COMMA = 0.08  # the part of words that a comma follows
_ROMAN = ("II", "III", "IV", "VI", "VII", "VIII", "IX", "XI", "XII")
_SIGNS = ("-", "+", "=", "%", "x")


def prose(rng: Random, words: Sequence[str] = ENGLISH) -> Iterator[str]:
    """Sentences without end, a word with its signs at a time."""
    while True:
        length = rng.randint(5, 14)
        for place in range(length):
            word = number(rng) if rng.random() < _NUMBER_IN_PROSE else rng.choice(words)
            if place == 0:
                word = _capitalised(word)
            if place == length - 1:
                word += "."
            elif rng.random() < _COMMA:
                word += ","
            yield word


def unspaced_prose(rng: Random, words: Sequence[str]) -> Iterator[str]:
    """Sentences without end of a language that has no blanks, a character at a time."""
    comma = "、" if words is JAPANESE else "，"
    while True:
        for _ in range(rng.randint(1, 3)):
            for _ in range(rng.randint(3, 7)):
                yield from rng.choice(words) if rng.random() > _NUMBER_IN_PROSE else str(rng.randint(10, 2999))
            yield comma
        yield from rng.choice(words)
        yield "。"


def label(rng: Random, most: int = 3) -> str:
    """A few words."""
    return _capitalised(" ".join(rng.choices(ENGLISH, k=rng.randint(1, most))))


def chinese_label(rng: Random, most: int = 4) -> str:
    """A few words of Chinese."""
    return "".join(rng.choice(CHINESE) for _ in range(rng.randint(2, most)))


def number(rng: Random) -> str:
    """A whole number, as years, counts and codes are."""
    return str(rng.randint(10, 10 ** rng.randint(2, 5)))


def price(rng: Random) -> str:
    """An amount with two decimals."""
    return f"{rng.randint(1, 10 ** rng.randint(1, 4))}.{rng.randint(0, 99):02d}"


def figure(rng: Random) -> str:
    """A cell's number: digits that look alike upside down, decimals, signs, thousands, percentages."""
    kind = rng.randrange(8)
    if kind == 0:
        return "".join(rng.choices("0689", k=rng.randint(2, 4)))
    if kind == 1:
        return f"{rng.randint(0, 9)}.{rng.randint(0, 99):02d}"
    if kind == 2:
        return f"-{rng.randint(1, 999)}"
    if kind == 3:
        return f"{rng.randint(1000, 999_999):,}"
    if kind == 4:
        return f"{rng.randint(1, 99)}%"
    if kind == 5:
        return f"+{rng.randint(1, 99)}.{rng.randint(0, 9)}"
    return str(rng.randint(10, 9999))


def sign(rng: Random) -> str:
    """A cell's sign: a dash or the like, or a Roman numeral."""
    return rng.choice(_SIGNS if rng.random() < 0.5 else _ROMAN)


def date(rng: Random) -> str:
    """A day, as ISO 8601 writes it."""
    return f"{rng.randint(1990, 2035)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"


def clock(rng: Random) -> str:
    """A time of day to the second."""
    return f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}"


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
