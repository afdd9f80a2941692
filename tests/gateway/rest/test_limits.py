"""Each limit of `POST /v1/ocr` that a service has by default, and what is said where it is met."""

import socket

from tests.support.documents import blank_pdf
from tests.support.image_files import png_header
from tests.support.paths import SAMPLES
from tests.support.rest import BOUNDARY, PATH, end, part, read, send_form
from tests.support.running import Service

BLANK = (SAMPLES / "blank.png").read_bytes()


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


def test_a_client_that_hangs_up_disturbs_nobody(service: Service) -> None:
    body = part(BLANK, filename="a.png") + end()
    for sent in (body[:100], body[:-5]):
        with socket.create_connection(("127.0.0.1", service.http_port), timeout=60) as connection:
            head = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + sent)
    assert send_form(service, body).status == 200
