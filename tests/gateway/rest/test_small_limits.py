"""The limits of `POST /v1/ocr` that a request meets where they are small, and what is said then."""

import zlib

import numpy as np
import pikepdf

from tests.support.documents import blank_pdf, saved
from tests.support.rest import read
from tests.support.running import Service


def test_all_pdfs_of_a_request_share_the_limit_of_pages(small: Service) -> None:
    status, code, message = read(small, blank_pdf(2), blank_pdf(2)).error
    assert (status, code) == (413, "pdf_too_many_pages")
    assert "the limit max_pages is 3" in message
    assert len(read(small, blank_pdf(2), blank_pdf(1)).answer["pages"]) == 3


def test_pictures_in_the_answer_have_a_limit_of_their_own(small: Service) -> None:
    with pikepdf.Pdf.new() as pdf:
        noise = np.random.default_rng(1).bytes(625 * 625)
        for _ in range(3):
            page = pdf.add_blank_page(page_size=(300, 300))
            image = pdf.make_stream(
                zlib.compress(noise),
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=625,
                Height=625,
                ColorSpace=pikepdf.Name.DeviceGray,
                BitsPerComponent=8,
                Filter=pikepdf.Name.FlateDecode,
            )
            page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
            page.obj.Contents = pdf.make_stream(b"q 300 0 0 300 0 0 cm /I Do Q")
        data = saved(pdf)
    assert len(read(small, data).answer["pages"]) == 3
    status, code, message = read(small, data, page_image=True).error
    assert (status, code) == (413, "answer_too_large")
    assert "max_message_bytes; accepted: fewer pages in a request, a lower dpi, or no pictures" in message
    assert len(read(small, data, page_image=True, dpi=36).answer["pages"]) == 3


def test_a_page_that_is_too_large_for_a_message_is_refused_with_its_number(small: Service) -> None:
    status, code, message = read(small, blank_pdf(1, (340, 340))).error
    assert (status, code) == (413, "image_too_large")
    assert message.startswith("page 1 at 150 dpi is a picture of more bytes than max_message_bytes allows (1200000)")
