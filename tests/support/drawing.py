"""Draws pictures with text, and PDFs of such pictures."""

import io
from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.support.image_files import encode


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


def dense_page(lines: int) -> bytes:
    """A page of three columns with `lines` lines of text in all, each of its own words."""
    rows, columns = -(-lines // 3), 3
    image = np.full((rows * 34 + 40, columns * 640, 3), 255, np.uint8)
    for index in range(lines):
        row, column = divmod(index, columns)
        text = f"Line {index:03d} of a dense page, {index * 7919 % 10007}"
        cv2.putText(image, text, (column * 640 + 20, row * 34 + 44), (0, 0, 0), cv2.FontFace("sans"), 24)
    return encode(".png", image)
