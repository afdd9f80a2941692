import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image

from ocr_ops.arrays import as_image
from ocr_ops.image import decode_image
from pdserving.documents.pdf_input import OpenPdf
from pdserving.documents.searchable_pdf import searchable_pdf
from pdserving.documents.source import DocumentPage, SourceFile
from pdserving.page_answer import PageAnswer
from tests.support.image_files import blank_png


def colourful(width: int = 240, height: int = 160) -> Image.Image:
    """A smooth picture, each of whose corners has a colour of its own."""
    across, down = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    pixels = np.stack((across, down, 255 - (across + down) / 2), axis=2)
    return Image.fromarray(np.rint(pixels).astype(np.uint8))


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def page_of(data: bytes) -> bytes:
    pixels = decode_image(data, 10**9)
    answer = PageAnswer(pixels.shape[1], pixels.shape[0], [], {})
    return searchable_pdf([SourceFile(data, [DocumentPage("a", 1, None, answer)])])


@contextmanager
def image_of(pdf: bytes) -> Iterator[pikepdf.Stream]:
    """The image of the only page."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        yield cast(pikepdf.Stream, opened.pages[0].obj.Resources.XObject.Picture)


def size_of(pdf: bytes) -> tuple[float, float]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        _, _, width, height = opened.pages[0].mediabox
        return float(width), float(height)


def assert_looks_like(pdf: bytes, data: bytes, tolerance: float) -> None:
    """The page, rendered with a pixel for each of the picture's, is the picture as we decode it."""
    expected = decode_image(data, 10**9)
    with OpenPdf(pdf, 10**9) as opened:
        rendered = decode_image(opened.render(1, 150).image, 10**9)
    assert np.abs(np.subtract(rendered.shape, expected.shape)).max() <= 1
    rendered = as_image(cv2.resize(rendered, (expected.shape[1], expected.shape[0])))
    assert np.abs(rendered.astype(float) - expected)[2:-2, 2:-2].max() <= tolerance


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_jpeg_is_kept_and_shown_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(colourful(), "JPEG", quality=95, exif=exif)
    pdf = page_of(data)
    with image_of(pdf) as image:
        assert image.read_raw_bytes() == data
    assert size_of(pdf) == pytest.approx((160 * 0.48, 240 * 0.48) if orientation > 4 else (240 * 0.48, 160 * 0.48))
    assert_looks_like(pdf, data, 12)


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_jpeg_of_other_colours_is_kept(mode: str) -> None:
    data = encoded(colourful().convert(mode), "JPEG", quality=95)
    pdf = page_of(data)
    with image_of(pdf) as image:
        assert image.read_raw_bytes() == data
    # CMYK has no one true conversion; a picture with its colours inverted would be off by 255.
    assert_looks_like(pdf, data, 12 if mode == "L" else 120)


@pytest.mark.parametrize(
    ("mode", "kind"), [("RGB", "PNG"), ("L", "PNG"), ("1", "PNG"), ("P", "PNG"), ("RGBA", "PNG"), ("RGB", "BMP")]
)
def test_other_pictures_lose_nothing(mode: str, kind: str) -> None:
    data = encoded(colourful().convert(mode), kind)
    pdf = page_of(data)
    expected = decode_image(data, 10**9)
    with image_of(pdf) as image:
        found = np.array(pikepdf.PdfImage(image).as_pil_image().convert("RGB"))[:, :, ::-1]
    assert np.array_equal(found, expected)


def test_a_tiff_that_is_stored_turned_is_upright() -> None:
    data = encoded(colourful(), "TIFF", tiffinfo={274: 6})
    pdf = page_of(data)
    assert size_of(pdf) == pytest.approx((160 * 0.48, 240 * 0.48))
    assert_looks_like(pdf, data, 6)


def test_a_scan_in_grey_is_small() -> None:
    assert len(page_of(blank_png((2480, 3508)))) < 40_000


@pytest.mark.parametrize(("dpi", "expected"), [((300, 300), 0.24), ((96, 96), 0.75), ((72, 72), 0.48), ((1, 1), 0.48)])
def test_a_page_is_as_large_as_the_resolution_says_if_it_makes_sense(dpi: tuple[int, int], expected: float) -> None:
    assert size_of(page_of(encoded(colourful(), "JPEG", dpi=dpi)))[0] == pytest.approx(240 * expected)


def test_a_page_is_never_larger_than_pdfs_allow() -> None:
    width, height = size_of(page_of(encoded(Image.new("L", (30_000, 100)), "PNG", dpi=(100, 100))))
    assert width == pytest.approx(14_400)
    assert height == pytest.approx(48)


@pytest.mark.parametrize("size", [(1, 1), (600_000, 8), (2, 3000)])
def test_a_page_is_never_narrower_than_pdfs_allow(size: tuple[int, int]) -> None:
    answer = PageAnswer(*size, [], {})
    data = searchable_pdf([SourceFile(blank_png(size), [DocumentPage("a.png", 1, None, answer)])])
    with pikepdf.open(io.BytesIO(data)) as pdf:
        width, height = (float(side) for side in pdf.pages[0].mediabox[2:])
    assert min(width, height) >= 3
    assert max(width, height) <= 14_400
