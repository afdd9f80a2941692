"""Lines of text drawn glyph by glyph, as readings with the places of their characters."""

from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from ocr_ops.arrays import Image, as_image
from ocr_ops.recognition import Text
from ocr_ops.recognition.look_alikes import Doubt


def draw_text(text: str, size: int, *, dotted: str = "", pitch: float = 0.0) -> tuple[Image, tuple[float, ...]]:
    """A crop of dark text on white, and the centre of each glyph along it.

    Args:
        text: what it says.
        size: the font's, in pixels.
        dotted: characters that get a dot inside, as zeros have in fonts for programmers.
        pitch: the distance of monospaced glyphs, in sizes; 0 for proportional ones.
    """
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    advances = [pitch * size or font.getlength(character) for character in text]
    margin = round(0.4 * size)
    image = Pillow.new("RGB", (round(sum(advances)) + 2 * margin, 2 * size), "white")
    draw = ImageDraw.Draw(image)
    left, baseline, centres = float(margin), 1.5 * size, []
    for character, advance in zip(text, advances, strict=True):
        centre = left + advance / 2
        draw.text((centre, baseline), character, "black", font, anchor="ms")
        if character in dotted:
            _, top, _, bottom = draw.textbbox((centre, baseline), character, font, anchor="ms")
            middle, radius = (top + bottom) / 2, size / 12
            draw.ellipse((centre - radius, middle - radius, centre + radius, middle + radius), "black")
        centres.append(centre / image.width)
        left += advance
    return as_image(np.ascontiguousarray(np.asarray(image)[:, :, ::-1])), tuple(centres)


def reading(text: str, columns: Sequence[float], doubts: Mapping[int, Mapping[str, float]]) -> Text:
    """A reading that is sure but of the doubts, by their places."""
    score = (len(text) - len(doubts) + sum(shares[text[place]] for place, shares in doubts.items())) / len(text)
    return Text(text, score, tuple(columns), tuple(Doubt(place, shares) for place, shares in doubts.items()))
