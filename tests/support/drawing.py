"""Draws pictures with text, and PDFs of such pictures."""

import io
from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw, ImageFont


def drawn(texts: Mapping[tuple[int, int], str], size: tuple[int, int], height: int = 36) -> Image.Image:
    """A white picture with black texts at places (x, y)."""
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    for place, text in texts.items():
        draw.text(place, text, "black", ImageFont.load_default(height))
    return picture


def drawn_png(texts: Mapping[tuple[int, int], str], size: tuple[int, int]) -> bytes:
    """The file of such a picture."""
    file = io.BytesIO()
    drawn(texts, size).save(file, "PNG")
    return file.getvalue()


def pdf_of_pictures(pictures: Sequence[Image.Image]) -> bytes:
    """A PDF as a scanner makes it at 150 dpi: a page for each picture."""
    file = io.BytesIO()
    pictures[0].save(file, "PDF", save_all=True, append_images=pictures[1:], resolution=150)
    return file.getvalue()


def scanned_pdf(pages: int) -> bytes:
    """A PDF of scanned pages of 5.6 × 2.8 inches; page n says `Page number n`."""
    return pdf_of_pictures(
        [drawn({(60, 120): f"Page number {number}"}, (840, 420), 64) for number in range(1, pages + 1)]
    )
