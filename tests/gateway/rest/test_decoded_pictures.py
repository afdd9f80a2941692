"""Pictures that a process of its own decodes before a worker reads them: GIF, AVIF, HEIC and JPEG 2000."""

import pillow_heif
import pypdfium2
import pytest
from PIL import Image

from tests.support.documents import file_of, shown
from tests.support.drawing import scanned_pdf
from tests.support.hub import ask_hub
from tests.support.rest import read, read_json
from tests.support.running import Service
from tests.support.talking import ask_http, ask_rpc, rpc_request

pillow_heif.register_heif_opener()
TEXT = "Order 4711"
FILES = {kind: file_of(kind, shown(TEXT)) for kind in ("GIF", "AVIF", "HEIF", "JPEG2000")}
SEVERAL = {kind: file_of(kind, shown(TEXT), shown("Second")) for kind in ("GIF", "AVIF", "HEIF")}
NAMED = {"GIF": "GIF", "AVIF": "AVIF", "HEIF": "HEIF", "JPEG2000": "JPEG 2000"}
TO = {"GIF": "PNG", "AVIF": "JPEG or PNG", "HEIF": "JPEG or PNG", "JPEG2000": "JPEG or PNG"}


@pytest.mark.parametrize("kind", FILES)
def test_a_picture_is_read(service: Service, kind: str) -> None:
    for reply in (read(service, ("photo", FILES[kind])), read_json(service, FILES[kind])):
        page = reply.page
        assert page["text"] == TEXT
        assert (page["width"], page["height"], page["page"], page["page_count"]) == (420, 80, 1, 1)
        assert (page["dpi"], page["notes"]) == (None, [])


@pytest.mark.parametrize("kind", FILES)
def test_a_searchable_pdf_shows_it(service: Service, kind: str) -> None:
    body = read(service, FILES[kind], scanned_pdf(1), format="pdf").body
    with pypdfium2.PdfDocument(body) as pdf:
        assert len(pdf) == 2
        assert pdf[0].get_textpage().get_text_range() == TEXT
        assert pdf[0].render().to_numpy().min() < 50


def test_pngs_of_it_are_answered(service: Service) -> None:
    page = read(service, FILES["HEIF"], page_image=True, visualize=True).page
    assert page["image_type"] == "image/png"
    assert page["drawing"]


@pytest.mark.parametrize("kind", SEVERAL)
def test_of_several_pictures_one_is_read_with_a_note(service: Service, kind: str) -> None:
    page = read(service, SEVERAL[kind]).page
    assert page["text"] == TEXT
    note = "is an animation; its first frame" if kind == "GIF" else "has several pictures; its main one"
    assert page["notes"] == [f"the file {note} was read"]


@pytest.mark.parametrize("kind", FILES)
def test_a_damaged_picture_is_refused_by_its_name(service: Service, kind: str) -> None:
    data = FILES[kind][: len(FILES[kind]) // 2]
    status, code, message = read(service, ("a.png", file_of("PNG", shown(TEXT))), ("b", data)).error
    assert (status, code) == (422, "image_broken")
    assert message.startswith("file 2 (b): the ")
    assert message.endswith("cannot be decoded: its data is damaged or cut off")


@pytest.mark.parametrize("kind", FILES)
def test_too_many_pixels_are_refused(small: Service, kind: str) -> None:
    data = file_of(kind, Image.new("RGB", (1000, 601), "white"))
    status, code, message = read(small, data).error
    assert (status, code) == (413, "image_too_large")
    assert message.startswith("the image is 1000 × 601 pixels")


def test_decoded_pixels_of_too_many_bytes_are_refused(small: Service) -> None:
    status, code, message = read(small, file_of("GIF", Image.new("RGB", (900, 600), "white"))).error
    assert (status, code) == (413, "image_too_large")
    assert "more bytes than max_message_bytes allows (1200000)" in message


@pytest.mark.parametrize("kind", FILES)
def test_other_protocols_say_what_to_convert_to(service: Service, kind: str) -> None:
    for status, message in (
        ((answer := ask_http(service, FILES[kind])).status, answer.err_msg),
        (415, ask_rpc(service, rpc_request(FILES[kind])).err_msg),
        ((hub := ask_hub(service, "ocr_system", FILES[kind])).http_status, hub.msg),
    ):
        assert status == 415
        assert NAMED[kind] in message
        assert f": convert it to {TO[kind]}; accepted are JPEG, PNG, BMP, WebP and TIFF" in message
