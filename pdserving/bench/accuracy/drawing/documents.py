"""Sheets of paper: prose at several resolutions, in several languages and columns, under headings."""

from collections.abc import Iterator, Sequence
from random import Random

from pdserving.bench.accuracy.drawing.canvas import Box, Canvas, Drawn
from pdserving.bench.accuracy.drawing.fonts import BOLD, CHINESE, JAPANESE, LATIN, SANS, Face
from pdserving.bench.accuracy.drawing.languages import CHINESE as CHINESE_WORDS
from pdserving.bench.accuracy.drawing.languages import JAPANESE as JAPANESE_WORDS
from pdserving.bench.accuracy.drawing.languages import LATIN_SCRIPT
from pdserving.bench.accuracy.drawing.words import label, prose, unspaced_prose

_A4 = (8.27, 11.69)  # inches
_POINTS_PER_INCH = 72
_MARGIN = 0.09  # of a page's width
_EDGE = 0.05  # of a page's width, from its upper and lower edge to what runs there
_LEADING = 1.4
_POINTS: Sequence[tuple[float, float]] = ((6, 7), (8, 9), (10, 12))
"""Sizes of text, from and to, that the pages of a category take in turn."""

_LINES = 26
"""Lines of a block of prose. There are two on a page, at its top and at its foot."""


def document(rng: Random, number: int, dpi: int) -> Drawn:
    """An A4 page of prose: a running head, a heading, a block at the top and one at the foot, and the page's number."""
    smallest, largest = _POINTS[number % len(_POINTS)]
    size = rng.uniform(smallest, largest) * dpi / _POINTS_PER_INCH
    width, height = (round(side * dpi) for side in _A4)
    canvas = Canvas(width, height)
    face = rng.choice(LATIN)
    left, inner, leading = _MARGIN * width, width * (1 - 2 * _MARGIN), rng.uniform(1.15, _LEADING)
    canvas.write(label(rng), left, _EDGE * width, face, size)
    canvas.write(label(rng), left, _MARGIN * width + size, rng.choice(BOLD), 1.8 * size)
    words = prose(rng)
    block = min(_LINES / 2 * leading * size, 0.38 * height)
    canvas.fill(Box(left, _MARGIN * width + 3 * size, inner, block), words, face, size, leading)
    canvas.fill(Box(left, height - _MARGIN * width - block, inner, block), words, face, size, leading)
    canvas.write(str(rng.randint(10, 400)), width / 2, height - _EDGE * width, face, size)
    return canvas.drawn()


def in_language(rng: Random, number: int) -> Drawn:
    """Half a page in one of the ten languages in Latin script, in turn."""
    language = list(LATIN_SCRIPT)[number % len(LATIN_SCRIPT)]
    return _sheet(prose(rng, LATIN_SCRIPT[language]), rng.choice(LATIN), rng.uniform(20, 34), " ")


def chinese(rng: Random, _: int) -> Drawn:
    """Half a page of Chinese."""
    return _sheet(unspaced_prose(rng, CHINESE_WORDS), rng.choice(CHINESE), rng.uniform(18, 36), "")


def japanese(rng: Random, _: int) -> Drawn:
    """Half a page of Japanese."""
    return _sheet(unspaced_prose(rng, JAPANESE_WORDS), rng.choice(JAPANESE), rng.uniform(18, 36), "")


def prose_sheet(rng: Random, _: int = 0) -> Drawn:
    """Half a page of English, of a common size."""
    return _sheet(prose(rng), rng.choice(LATIN), rng.uniform(20, 30), " ")


def columns(rng: Random, _: int, count: int) -> Drawn:
    """A heading across the page, and prose in columns that do not end at the same height."""
    width, height, size = 1240, 1400, rng.uniform(17, 22)
    canvas, face = Canvas(width, height), rng.choice(LATIN)
    gap = 2.5 * size
    inner = width * (1 - 2 * _MARGIN)
    each = (inner - (count - 1) * gap) / count
    canvas.write(label(rng), _MARGIN * width, 110, rng.choice(BOLD), 2 * size)
    words = prose(rng)
    for column in range(count):
        part = rng.uniform(0.6, 1) if column == count - 1 else 1
        box = Box(_MARGIN * width + column * (each + gap), 150, each, part * 24 * _LEADING * size)
        canvas.fill(box, words, face, size, _LEADING)
    return canvas.drawn()


def heading_and_small_text(rng: Random, _: int) -> Drawn:
    """Headings four to eight times as high as the text under them."""
    canvas, small = Canvas(1240, 1500), rng.uniform(14, 17)
    top = 60.0
    for _ in range(3):
        large = rng.uniform(4, 8) * small
        canvas.write(label(rng, 2), 90, top + large, rng.choice(BOLD), large)
        box = Box(90, top + 1.5 * large, 900, 8 * _LEADING * small)
        top = canvas.fill(box, prose(rng), rng.choice(LATIN), small, _LEADING) + 60
    return canvas.drawn()


def small_sheet(rng: Random, paper: tuple[int, int, int], ink: tuple[int, int, int]) -> Drawn:
    """A few lines of English in these colours."""
    canvas, size = Canvas(1000, 700, paper, ink), rng.uniform(20, 32)
    canvas.fill(Box(80, 60, 840, 580), prose(rng), rng.choice((*LATIN, SANS)), size, 1.5)
    return canvas.drawn()


def _sheet(words: Iterator[str], face: Face, size: float, blank: str) -> Drawn:
    canvas = Canvas(1240, 900)
    canvas.fill(Box(100, 80, 1040, 15 * 1.5 * size), words, face, size, 1.5, blank)
    return canvas.drawn()
