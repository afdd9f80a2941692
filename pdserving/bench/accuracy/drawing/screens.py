"""Screens, long screenshots, and lines that were cut out of them."""

from random import Random

from pdserving.bench.accuracy.drawing.canvas import Box, Canvas, Colour, Drawn
from pdserving.bench.accuracy.drawing.fonts import CHINESE, LATIN, MONO, Face, open_font
from pdserving.bench.accuracy.drawing.languages import CHINESE as CHINESE_WORDS
from pdserving.bench.accuracy.drawing.words import (
    chinese_label,
    clock,
    label,
    number,
    price,
    prose,
    unspaced_prose,
)

_LIGHT: tuple[Colour, Colour, Colour] = ((255, 255, 255), (236, 236, 240), (30, 30, 30))
_DARK: tuple[Colour, Colour, Colour] = ((30, 30, 34), (44, 44, 50), (212, 212, 212))
_ROWS = 44  # of a screen's window


def screen(rng: Random, index: int, height: int) -> Drawn:
    """A desktop of 16 : 9 with bars at its edges, a list at its left and a window of short lines; dark in turn."""
    paper, bar, ink = _DARK if index % 2 else _LIGHT
    width, size = height * 16 // 9, rng.uniform(12, 15)
    pitch, side, edge = 1.5 * size, 18 * size, round(2.4 * size)
    canvas, sans, mono = Canvas(width, height, paper, ink), rng.choice(LATIN), rng.choice(MONO)
    canvas.pen.rectangle((0, 0, width, edge), bar)
    canvas.pen.rectangle((0, height - edge, width, height), bar)
    canvas.pen.rectangle((0, edge, side, height - edge), bar)
    canvas.write(label(rng, 4), size, 1.6 * size, sans, size)
    for row in range(16):
        canvas.write(label(rng, 2), size, edge + (row + 1.5) * pitch, sans, size)
    for row in range(min(_ROWS, int((height - 2 * edge) / pitch) - 1)):
        canvas.write(_log_line(rng), side + 2 * size, edge + (row + 1.5) * pitch, mono, size)
    status = f"{label(rng, 2)} {number(rng)}"
    canvas.write(status, width - 16 * size, height - 0.8 * size, sans, size)
    return canvas.drawn()


def long_screenshot(rng: Random, index: int) -> Drawn:
    """A phone's screen of many heights: paragraphs of English or of Chinese."""
    size = rng.uniform(28, 38)
    canvas, top = Canvas(1080, rng.randint(6000, 8000)), 60.0
    height = canvas.drawn().image.shape[0]
    while top + 9 * size < height:
        box = Box(60, top, 960, rng.randint(3, 6) * 1.5 * size)
        if index % 2:
            top = canvas.fill(box, unspaced_prose(rng, CHINESE_WORDS), CHINESE[0], size, 1.5, "")
        else:
            top = canvas.fill(box, prose(rng), rng.choice(LATIN), size, 1.5)
        top += 2 * size
    return canvas.drawn()


def cropped_line(rng: Random, index: int) -> Drawn:
    """One line with next to nothing around it."""
    size = rng.uniform(16, 48)
    texts = (label(rng, 6), chinese_label(rng, 6), price(rng), f"{label(rng, 2)} {number(rng)}")
    text = texts[index % len(texts)]
    return _strip(text, CHINESE[0] if index % len(texts) == 1 else rng.choice(LATIN), size, rng.randint(1, 5))


def long_line(rng: Random, _: int) -> Drawn:
    """One line of 2,500 to 4,500 pixels that is 24 to 32 high."""
    words, size, longest = prose(rng), rng.uniform(24, 32), rng.uniform(2500, 4500)
    face = rng.choice(LATIN)
    font, text = open_font(face, size), next(words)
    while font.getlength(text) < longest:
        text += f" {next(words)}"
    return _strip(text, face, size, 10)


def _strip(text: str, face: Face, size: float, margin: int) -> Drawn:
    left, top, right, bottom = open_font(face, size).getbbox(text, anchor="ls")
    canvas = Canvas(round(right - left) + 2 * margin, round(bottom - top) + 2 * margin)
    canvas.write(text, margin - left, margin - top, face, size)
    return canvas.drawn()


def _log_line(rng: Random) -> str:
    words = prose(rng)
    return " ".join([clock(rng), rng.choice(("INFO", "WARNING", "ERROR")), *(next(words) for _ in range(6))])
