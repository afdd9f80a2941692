"""The forms of an answer: by `format`, in the body or the query, and by `Accept`."""

import base64
import io
from xml.etree import ElementTree

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from tests.support.drawing import scanned_pdf
from tests.support.paths import SAMPLES
from tests.support.rest import OcrReply, read, read_json
from tests.support.running import Service
from tests.support.talking import without_blanks

INVOICE = (SAMPLES / "invoice.png").read_bytes()
SIDEWAYS = (SAMPLES / "sideways_exif.jpg").read_bytes()
BLANK = (SAMPLES / "blank.png").read_bytes()
XHTML = "{http://www.w3.org/1999/xhtml}"
NAMES = ("invoice.png", "poster.jpg", "notice.jpg")

Truth = dict[str, list[str]]

MEDIA_TYPES = {
    "json": "application/json",
    "text": "text/plain",
    "markdown": "text/markdown",
    "hocr": "application/xhtml+xml",
    "pdf": "application/pdf",
}


def pdf_texts(reply: OcrReply) -> list[str]:
    """The text of each page of a PDF, as PDFium extracts it."""
    assert reply.media_type == "application/pdf", reply.body[:500]
    document = pypdfium2.PdfDocument(reply.body)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_a_form_is_asked_for_in_five_ways(service: Service, form: str) -> None:
    media_type = MEDIA_TYPES[form]
    replies = [
        read(service, INVOICE, format=form),
        read(service, INVOICE, query=f"?format={form}"),
        read(service, INVOICE, accept=media_type),
        read(service, INVOICE, query=f"?format={form}", format="json", accept="image/webp"),
        read_json(service, INVOICE, format=form),
    ]
    assert [(reply.status, reply.media_type) for reply in replies] == [(200, media_type)] * 5
    if form in ("text", "markdown", "hocr"):
        assert (
            len({reply.body.replace(b'image ""', b'image "a.png"').split(b"<head>")[-1] for reply in replies[:4]}) == 1
        )


def test_a_pdf_is_answered_where_nothing_else_is_accepted(service: Service) -> None:
    reply = read(service, BLANK, accept="image/webp, application/pdf;q=0.2")
    assert (reply.status, reply.media_type) == (200, "application/pdf")


def test_an_error_is_json_whatever_is_accepted(service: Service) -> None:
    assert read(service, b"no picture", accept="text/plain").error[:2] == (415, "image_format")
    assert read(service, b"no picture", accept="application/pdf").error[:2] == (415, "image_format")


def test_text_has_the_lines_of_all_pages(service: Service, truth: Truth) -> None:
    reply = read(service, *((name, (SAMPLES / name).read_bytes()) for name in NAMES), format="text")
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    pages = reply.body.decode().split("\n\n")
    assert [without_blanks(page) for page in pages] == [without_blanks("".join(truth[name])) for name in NAMES]


def test_markdown_has_the_pages_apart(service: Service, truth: Truth) -> None:
    text = read(service, *((name, (SAMPLES / name).read_bytes()) for name in NAMES), format="markdown").body.decode()
    pages = text.split("\n\n---\n\n")
    assert len(pages) == 3
    assert text.endswith("\n")
    assert [line for line in truth["invoice.png"] if line not in pages[0]] == []


def test_hocr_is_well_formed_and_holds_words_and_names(service: Service, truth: Truth) -> None:
    reply = read(service, ('a<&">.png', INVOICE), (SAMPLES / "poster.jpg").read_bytes(), format="hocr")
    root = ElementTree.fromstring(reply.body)  # noqa: S314 (of our own service)
    pages = root.findall(f".//{XHTML}div[@class='ocr_page']")
    assert len(pages) == 2
    assert pages[0].get("title", "").startswith('image "a<&\'>.png"; bbox 0 0 560 306')
    words = [word.text for word in pages[0].iter(f"{XHTML}span") if word.get("class") == "ocrx_word"]
    assert words == " ".join(truth["invoice.png"]).split()


def test_a_searchable_pdf_holds_the_text_of_pictures_and_pdfs(service: Service, truth: Truth) -> None:
    reply = read(service, INVOICE, ("scan.pdf", scanned_pdf(2)), SIDEWAYS, format="pdf")
    texts = [text.replace("\r\n", "\n").rstrip("\n") for text in pdf_texts(reply)]
    assert texts[0].splitlines() == truth["invoice.png"]
    assert texts[1:3] == ["Page number 1", "Page number 2"]
    assert texts[3].splitlines() == truth["sideways_exif.jpg"]


@pytest.mark.parametrize("size", [(1, 1), (3000, 2), (2, 3000)])
def test_a_picture_that_is_too_narrow_for_a_page_becomes_one_all_the_same(
    service: Service, size: tuple[int, int]
) -> None:
    file = io.BytesIO()
    Image.new("L", size, 255).save(file, "PNG")
    assert pdf_texts(read(service, file.getvalue(), format="pdf")) == [""]


def test_a_blank_picture_is_an_empty_text_in_every_form(service: Service) -> None:
    assert read(service, BLANK, format="text").body == b"\n"
    assert read(service, BLANK, format="markdown").body == b""
    assert pdf_texts(read(service, BLANK, format="pdf")) == [""]
    assert b'ocr_line"' not in read(service, BLANK, format="hocr").body
    assert read(service, BLANK).answer["text"] == ""


def test_visualize_adds_the_drawing_of_each_page(service: Service) -> None:
    pages = read(service, INVOICE, SIDEWAYS, query="?visualize=true").answer["pages"]
    for page in pages:
        with Image.open(io.BytesIO(base64.b64decode(page["drawing"], validate=True))) as drawing:
            assert drawing.format == "PNG"
            assert drawing.size == (2 * page["width"], page["height"])
            panel = np.array(drawing.convert("RGB"))[:, page["width"] :]
        assert (panel < 128).any()
    assert "drawing" not in read(service, INVOICE, visualize=False).page


def test_one_page_is_answered_as_its_drawing(service: Service) -> None:
    reply = read(service, SIDEWAYS, visualize=True, accept="image/png")
    assert reply.media_type == "image/png"
    with Image.open(io.BytesIO(reply.body)) as drawing:
        assert (drawing.format, drawing.size) == ("PNG", (1120, 170))
    status, code, message = read(service, INVOICE, INVOICE, visualize=True, accept="image/png").error
    assert (status, code) == (400, "body_invalid")
    assert message == "image/png is asked for, of 2 pages; accepted: 1 page, or format=json"


def test_page_image_is_the_page_upright(service: Service) -> None:
    page = read(service, SIDEWAYS, page_image=True).page
    assert page["image_type"] == "image/png"
    with Image.open(io.BytesIO(base64.b64decode(page["image"], validate=True))) as image:
        assert (image.format, image.size) == ("PNG", (page["width"], page["height"]))
    # As wide as it was high: the camera's orientation is applied.
    with Image.open(io.BytesIO(SIDEWAYS)) as stored:
        assert stored.size == (page["height"], page["width"])


def test_a_drawing_that_no_png_can_hold_is_told(service: Service) -> None:
    file = io.BytesIO()
    Image.new("L", (600_000, 2), 255).save(file, "PNG")
    status, code, message = read(service, file.getvalue(), visualize=True).error
    assert (status, code) == (413, "answer_too_large")
    assert "1200000 × 2 pixels; accepted: at most 1000000 a side" in message
