"""Each limit of `POST /v1/ocr`, and what is said where it is met."""

import socket
import zlib

import numpy as np
import pikepdf

from tests.conftest import SAMPLES
from tests.support.documents import pdf_of, saved
from tests.support.image_files import png_header
from tests.support.rest import BOUNDARY, PATH, end, part, read, send_form
from tests.support.running import Service

BLANK = (SAMPLES / "blank.png").read_bytes()


def blank_pdf(pages: int, size: tuple[float, float] = (72, 72)) -> bytes:
    return pdf_of(*[b""] * pages, size=size)


def test_a_picture_with_too_many_pixels_is_refused_by_its_header(service: Service) -> None:
    status, code, message = read(service, ("a.png", BLANK), ("b.png", png_header(10_000, 9_000))).error
    assert (status, code) == (413, "image_too_large")
    assert message.startswith(
        "file 2 (b.png): the image is 10000 × 9000 pixels (90.0 megapixels), more than max_image_"
    )


def test_a_page_with_too_many_pixels_is_refused_with_a_resolution_that_fits(service: Service) -> None:
    data = blank_pdf(1, (14_000, 14_000))
    status, code, message = read(service, data, dpi=600).error
    assert (status, code) == (413, "image_too_large")
    assert "about 36 dpi would fit" in message
    assert read(service, data, dpi=36).page["width"] == 7000


def test_too_many_pages_are_refused_with_a_range_that_fits(service: Service) -> None:
    data = blank_pdf(201)
    status, code, message = read(service, data).error
    assert (status, code) == (413, "pdf_too_many_pages")
    assert message == (
        "201 pages are asked for, more than the limit of 200 per document; "
        'choose some of the 201 by pages, such as "1-200"'
    )
    assert [page["page"] for page in read(service, data, pages="1,201", dpi=36).answer["pages"]] == [1, 201]


def test_a_range_of_a_billion_pages_costs_nothing(service: Service) -> None:
    assert read(service, blank_pdf(1), pages="1-999999999").error[1] == "pdf_pages_invalid"


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


def test_a_client_that_hangs_up_disturbs_nobody(service: Service) -> None:
    body = part(BLANK, filename="a.png") + end()
    for sent in (body[:100], body[:-5]):
        with socket.create_connection(("127.0.0.1", service.http_port), timeout=60) as connection:
            head = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + sent)
    assert send_form(service, body).status == 200
