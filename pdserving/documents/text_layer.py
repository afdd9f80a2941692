"""The invisible text that makes a page searchable."""

import statistics
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pdserving.documents.boxes import DESCENT, extents, reading_quad
from pdserving.documents.glyphless_font import MAX_STEPS, STEPS, GlyphlessFont
from pdserving.documents.pdf_input import PageSpace
from pdserving.page_answer import PageAnswer

_SHORTEST = 0.1  # points; a shorter side would make a matrix that cannot be inverted
# A line is in the page's own text already where more than this part of its characters lies there.
_ALREADY_THERE = 0.5


def text_layer(page: PageAnswer, space: PageSpace, font: GlyphlessFont, font_name: str) -> bytes:
    """The operators that write a page's lines invisibly where they are seen.

    Each character is where the recogniser saw it, to a sixteenth of a usual one's width. Lines that the page holds as
    text already are left out, so that they are not found and copied twice.

    Args:
        page: what was read.
        space: the page's coordinates.
        font: the PDF's font.
        font_name: the font's name in the page's resources.

    Returns:
        A content stream, empty where there is nothing to write.
    """
    operators = []
    for line in page.lines:
        quad = _to_page(reading_quad(line), page, space)
        if not line.text or line.text.isspace() or _is_there(line.text, quad, space.characters):
            continue
        operators.append(_line(line.text, line.columns, quad, font, font_name))
    return "\n".join(("q", *operators, "Q")).encode("ascii") if operators else b""


def _line(text: str, columns: Sequence[float], quad: NDArray[np.float64], font: GlyphlessFont, font_name: str) -> str:
    """A line as a text object of one string.

    Args:
        text: the line's text.
        columns: the characters' centres along the line.
        quad: float64, shape (4, 2), in the direction of reading, in the page's coordinates.
        font: the PDF's font.
        font_name: the font's name in the page's resources.
    """
    top_left, top_right, bottom_right, bottom_left = quad
    along = (top_right - top_left + bottom_right - bottom_left) / 2
    length = max(float(np.hypot(*along)), _SHORTEST)
    cos, sin = along / length if np.any(along) else (1.0, 0.0)
    up = (top_left - bottom_left + top_right - bottom_right) / 2
    size = max(float(cos * up[1] - sin * up[0]), _SHORTEST)
    start = (top_left + bottom_left) / 2 + np.array((sin, -cos)) * size * (0.5 - DESCENT)
    spans = extents(columns, len(text))
    # A usual character is made 1 em wide, so that most characters need few widths, in lines of any shape.
    usual = max(statistics.median(end - begin for begin, end in spans) * length, _SHORTEST)
    x, y = start + np.array((cos, sin)) * length * spans[0][0]
    places = [(begin - spans[0][0]) * length / usual for begin in (*(span[0] for span in spans), spans[-1][1])]
    return (
        f"BT 3 Tr {font_name} {size:.3f} Tf {100 * usual / size:.3f} Tz "
        f"{cos:.5f} {sin:.5f} {-sin:.5f} {cos:.5f} {x:.3f} {y:.3f} Tm [{_string(text, places, font)}] TJ ET"
    )


def _string(text: str, places: Sequence[float], font: GlyphlessFont) -> str:
    """The line's string, with gaps in it only where no width of a character brings the next one to its place.

    Args:
        text: the line's text.
        places: where each character begins and the last one ends, in em.
        font: the PDF's font.
    """
    parts: list[str] = []
    pen = 0.0
    for character, begin, end in zip(text, places, places[1:], strict=False):
        if begin - pen > 1 / STEPS:
            parts.append(f"> {1000 * (pen - begin):.0f} <")
            pen = begin
        steps = min(max(round((end - pen) * STEPS), 1), MAX_STEPS)
        parts.append(font.encode(character, steps))
        pen += steps / STEPS
    return "<" + "".join(parts) + ">"


def _to_page(quad: Sequence[Sequence[float]], page: PageAnswer, space: PageSpace) -> NDArray[np.float64]:
    a, b, c, d, e, f = space.matrix
    fractions = np.array(quad, np.float64) / (page.width, page.height)
    points: NDArray[np.float64] = fractions @ np.array(((a, b), (c, d))) + (e, f)
    return points


def _is_there(text: str, quad: NDArray[np.float64], characters: NDArray[np.float64]) -> bool:
    edges = np.roll(quad, -1, axis=0) - quad
    to_characters = characters[:, None, :] - quad
    sides = edges[:, 0] * to_characters[:, :, 1] - edges[:, 1] * to_characters[:, :, 0]
    inside = (sides >= 0).all(axis=1) | (sides <= 0).all(axis=1)
    return int(inside.sum()) > _ALREADY_THERE * sum(not character.isspace() for character in text)
