import io
from typing import Literal

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Encryption

from ocr_ops.arrays import Image
from ocr_ops.image import decode_image, read_header
from pdserving.documents.pdf_input import OpenPdf
from pdserving.documents.source import looks_like_pdf
from pdserving.errors import PdfBrokenError, PdfEmptyError, PdfEncryptedError, PdfPageTooLargeError, RequestError
from tests.support.documents import dark_box, pdf_of, saved, with_field, written
from tests.support.image_files import blank_png

LIMIT = 50_000_000


def picture(data: bytes, number: int = 1, dpi: int = 72, max_pixels: int = LIMIT) -> Image:
    """A rendered page, decoded as the pipeline does."""
    with OpenPdf(data, max_pixels) as pdf:
        rendered = pdf.render(number, dpi)
        assert (rendered.width, rendered.height) == pdf.size(number, dpi)
    pixels = decode_image(rendered.image, max_pixels)
    assert pixels.shape[:2] == (rendered.height, rendered.width)
    return pixels


def encrypted(encryption: Encryption) -> bytes:
    with pikepdf.open(io.BytesIO(pdf_of(written("secret")))) as pdf:
        return saved(pdf, encryption)


@pytest.mark.parametrize(
    ("dpi", "size"), [(36, (298, 421)), (72, (595, 842)), (150, (1240, 1755)), (600, (4959, 7017))]
)
def test_a_page_has_as_many_pixels_as_its_size_and_resolution_say(dpi: int, size: tuple[int, int]) -> None:
    height, width = picture(pdf_of(b""), dpi=dpi).shape[:2]
    assert (width, height) == size


def test_what_is_on_the_page_is_where_it_is_in_the_picture() -> None:
    pixels = picture(pdf_of(b"100 700 200 30 re f"), dpi=144)
    assert dark_box(pixels) == [[200, 224], [600, 224], [600, 284], [200, 284]]


def test_pages_are_numbered_from_one() -> None:
    data = pdf_of(b"", b"0 0 100 100 re f")
    assert picture(data, 1).min() == 255
    assert picture(data, 2).min() == 0


@pytest.mark.parametrize(
    ("rotate", "size", "left_top"),
    [
        (0, (595, 842), (100, 112)),
        (90, (842, 595), (700, 100)),
        (180, (595, 842), (295, 700)),
        (270, (842, 595), (112, 295)),
    ],
)
def test_a_page_is_turned_as_it_says(rotate: int, size: tuple[int, int], left_top: tuple[int, int]) -> None:
    pixels = picture(pdf_of(b"100 700 200 30 re f", keys={"Rotate": rotate}))
    assert (pixels.shape[1], pixels.shape[0]) == size
    assert dark_box(pixels)[0] == list(left_top)


def test_a_page_is_cut_to_its_crop_box() -> None:
    data = pdf_of(
        b"100 700 200 30 re f", keys={"MediaBox": Array([-50, 50, 600, 900]), "CropBox": Array([90, 600, 400, 800])}
    )
    pixels = picture(data)
    assert pixels.shape == (200, 310, 3)
    assert dark_box(pixels)[0] == [10, 70]


def test_form_fields_are_drawn_with_what_was_filled_in() -> None:
    pixels = picture(with_field("Zebra"))
    left, top, right, bottom = *dark_box(pixels)[0], *dark_box(pixels)[2]
    assert 50 <= left < right <= 350
    assert 842 - 740 <= top < bottom <= 842 - 700
    assert picture(with_field("")).min() == 255


def test_a_page_too_large_for_one_encoding_comes_in_another_that_is_lossless() -> None:
    data = pdf_of(b"0.3 0.6 0.1 rg 10 10 500 500 re f 1 0 0 RG 7 w 0 0 m 595 842 l S")
    with OpenPdf(data, LIMIT) as pdf:
        small, large = pdf.render(1, 72), pdf.render(1, 400)
    assert read_header(small.image).format == "BMP"
    assert read_header(large.image).format == "PNG"
    assert len(large.image) < 1_000_000
    pixels = decode_image(large.image, LIMIT)
    assert pixels.shape == (large.height, large.width, 3)
    assert np.allclose(pixels[3600, 1500], (25.5, 153, 76.5), atol=1)


def test_pixels_are_limited_before_any_are_made() -> None:
    data = pdf_of(b"", size=(14_000, 14_000))
    with OpenPdf(data, LIMIT) as pdf:
        with pytest.raises(PdfPageTooLargeError, match=r"29167 × 29167 pixels at 150 dpi .* about 36 dpi") as caught:
            pdf.render(1, 150)
        assert pdf.render(1, 36).width == 7000
    assert caught.value.http_status == 413


def test_a_page_may_be_thin_and_not_longer_than_a_picture_can_be() -> None:
    thin, too_long = (pdf_of(b"", keys={"MediaBox": Array([0, 0, width, 0.001])}) for width in (7200, 14_400_000))
    with OpenPdf(thin, LIMIT) as pdf:
        assert pdf.render(1, 150).width == pytest.approx(15_000, abs=1)
    message = r"3000000[01] × 1 pixels .* 1048576 pixels; about 5 dpi"
    with OpenPdf(too_long, LIMIT) as pdf, pytest.raises(PdfPageTooLargeError, match=message) as caught:
        pdf.render(1, 150)
    assert caught.value.http_status == 413


@pytest.mark.parametrize("revision", [2, 3, 4, 6])
def test_a_pdf_that_needs_a_password_is_refused(revision: Literal[2, 3, 4, 6]) -> None:
    data = encrypted(Encryption(user="u", owner="o", R=revision, aes=revision >= 4, metadata=revision >= 4))
    with pytest.raises(PdfEncryptedError, match="only with a password"):
        OpenPdf(data, LIMIT)


def test_a_pdf_that_opens_without_a_password_is_read() -> None:
    assert picture(encrypted(Encryption(user="", owner="o"))).min() < 100


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.7\n" + b"junk " * 900, pdf_of(b"")[:300]])
def test_a_broken_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(PdfBrokenError, match="structure cannot be read"):
        OpenPdf(data, LIMIT)


def test_a_page_that_is_none_is_refused_by_its_number() -> None:
    pdf = pikepdf.open(io.BytesIO(pdf_of(b"", b"")))
    pdf.pages[1].obj.Type = pikepdf.Name.Catalog
    pdf.Root.Pages.Kids = Array([pdf.pages[0].obj, pdf.make_indirect(Array([1]))])
    data = saved(pdf)
    with OpenPdf(data, LIMIT) as opened, pytest.raises(PdfBrokenError, match="page 2 cannot be read"):
        opened.render(2, 72)


def test_a_pdf_without_pages_is_refused_as_that() -> None:
    with pytest.raises(PdfEmptyError, match="no pages"):
        OpenPdf(saved(pikepdf.Pdf.new()), LIMIT)


def test_a_refusal_is_not_that_of_an_earlier_pdf() -> None:
    with pytest.raises(PdfEncryptedError):
        OpenPdf(encrypted(Encryption(user="u", owner="o")), LIMIT)
    with pytest.raises(PdfEmptyError):
        OpenPdf(saved(pikepdf.Pdf.new()), LIMIT)
    with pytest.raises(PdfEncryptedError):
        OpenPdf(encrypted(Encryption(user="u", owner="o")), LIMIT)
    with pytest.raises(PdfBrokenError):
        OpenPdf(b"%PDF-1.7", LIMIT)


@pytest.mark.parametrize("error", [PdfBrokenError, PdfEncryptedError, PdfEmptyError])
def test_each_refusal_has_a_status(error: type[RequestError]) -> None:
    assert error.http_status == 422


def test_a_pdf_is_known_by_its_header() -> None:
    data = pdf_of(b"")
    assert looks_like_pdf(data)
    assert looks_like_pdf(b"\0" * 900 + data)
    assert not looks_like_pdf(b"\0" * 1024 + data)
    assert not looks_like_pdf(b"")
    assert not looks_like_pdf(blank_png((9, 9))[:40] + data)
