"""Every frame of a TIFF is a page, in every form of answer; the other protocols read the first."""

import io

import pypdfium2
import pytest

from tests.support.documents import file_of, shown, tiff_of
from tests.support.drawing import scanned_pdf
from tests.support.hub import ask_hub
from tests.support.paths import SAMPLES
from tests.support.rest import OcrReply, read, read_json
from tests.support.running import Service
from tests.support.talking import ask_http, ask_rpc, rpc_request

TEXTS = ("Page one", "Page two", "Page three")
TIFF = tiff_of(*TEXTS, compression="tiff_lzw")


def page_texts(reply: OcrReply) -> list[str]:
    return [page["text"] for page in reply.answer["pages"]]


def test_every_frame_is_a_page(service: Service) -> None:
    for reply, name in ((read(service, ("fax.tif", TIFF)), "fax.tif"), (read_json(service, TIFF), "")):
        pages = reply.answer["pages"]
        assert [(page["file"], page["page"], page["page_count"], page["dpi"]) for page in pages] == [
            (name, number, 3, None) for number in (1, 2, 3)
        ]
        assert page_texts(reply) == [*TEXTS]
        assert reply.answer["text"] == "\n\n".join(TEXTS)


@pytest.mark.parametrize(("pages", "numbers"), [("2", [2]), ("3,1", [1, 3]), ("2-3", [2, 3]), ("", [1, 2, 3])])
def test_pages_are_chosen(service: Service, pages: str, numbers: list[int]) -> None:
    reply = read(service, TIFF, pages=pages)
    assert [page["page"] for page in reply.answer["pages"]] == numbers
    assert page_texts(reply) == [TEXTS[number - 1] for number in numbers]


@pytest.mark.parametrize(("data", "pages", "count"), [(TIFF, "4", 3), (tiff_of("Page one"), "2", 1)])
def test_pages_that_there_are_not_are_told(service: Service, data: bytes, pages: str, count: int) -> None:
    assert read(service, data, pages=pages).error == (
        400,
        "pdf_pages_invalid",
        f"pages has '{pages}', but the document has pages 1 to {count}",
    )


def test_pages_of_tiffs_and_pdfs_share_the_limit(small: Service) -> None:
    assert len(read(small, tiff_of(*TEXTS[:2]), scanned_pdf(1)).answer["pages"]) == 3
    status, code, message = read(small, tiff_of(*TEXTS[:2]), scanned_pdf(2)).error
    assert (status, code) == (413, "pdf_too_many_pages")
    assert "the limit max_pages is 3" in message
    assert read(small, tiff_of(*"1234")).error[:2] == (413, "pdf_too_many_pages")


def test_text_markdown_and_hocr_have_all_pages(service: Service) -> None:
    assert read(service, TIFF, format="text").body.decode() == "Page one\n\nPage two\n\nPage three\n"
    assert all(text in read(service, TIFF, format="markdown").body.decode() for text in TEXTS)
    hocr = read(service, TIFF, format="hocr").body.decode()
    assert hocr.count('class="ocr_page"') == 3


def test_a_searchable_pdf_has_a_page_for_each(service: Service) -> None:
    with pypdfium2.PdfDocument(io.BytesIO(read(service, TIFF, format="pdf", pages="2-3").body)) as pdf:
        assert [page.get_textpage().get_text_range() for page in pdf] == ["Page two", "Page three"]


def test_pictures_of_a_page_are_those_of_that_page(service: Service) -> None:
    sizes = ((420, 80), (300, 90))
    data = file_of("TIFF", *(shown(text, size) for text, size in zip(TEXTS, sizes, strict=False)))
    pages = read(service, data, page_image=True, visualize=True).answer["pages"]
    assert [(page["width"], page["height"]) for page in pages] == [*sizes]
    assert pages[0]["image"] != pages[1]["image"]
    assert pages[0]["drawing"] != pages[1]["drawing"]


def test_what_is_wrong_with_a_page_is_told_with_its_number(service: Service) -> None:
    data = file_of("TIFF", *(shown("", size).convert("1") for size in ((40, 40), (9000, 9000))), compression="group4")
    status, code, message = read(service, data).error
    assert (status, code) == (413, "image_too_large")
    assert message.startswith("page 2: the image is 9000 × 9000 pixels")
    assert len(read(service, data, pages=1).answer["pages"]) == 1


def test_the_other_protocols_read_the_first_frame(service: Service) -> None:
    assert ask_http(service, TIFF).texts == ["Page one"]
    assert ask_rpc(service, rpc_request(TIFF)).texts == ["Page one"]
    assert [line["text"] for line in ask_hub(service, "ocr_system", TIFF).only] == ["Page one"]


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_the_first_frame_of_an_animation_is_read_with_a_note(service: Service, kind: str) -> None:
    page = read(service, file_of(kind, shown(TEXTS[0]), shown(TEXTS[1]))).page
    assert page["text"] == TEXTS[0]
    assert page["notes"] == ["the file is an animation; its first frame was read"]
    assert page["page_count"] == 1


def test_other_pages_have_no_note(service: Service) -> None:
    files = [(SAMPLES / "poster.jpg").read_bytes(), file_of("WEBP", shown("a")), TIFF, scanned_pdf(1)]
    assert [page["notes"] for page in read(service, *files).answer["pages"]] == [[]] * 6
