"""What is sent as a file: many at once, PDFs of all kinds, broken ones, and those that are not what their name says."""

import io

import pikepdf
import pytest
from pikepdf import Array

from tests.support.documents import pdf_of, saved, written
from tests.support.drawing import scanned_pdf
from tests.support.paths import SAMPLES
from tests.support.rest import OcrReply, read, read_json
from tests.support.running import Service
from tests.support.talking import without_blanks

INVOICE = (SAMPLES / "invoice.png").read_bytes()
POSTER = (SAMPLES / "poster.jpg").read_bytes()
BLANK = (SAMPLES / "blank.png").read_bytes()
PDF = scanned_pdf(3)

Truth = dict[str, list[str]]


def page_texts(reply: OcrReply) -> list[str]:
    return [page["text"] for page in reply.answer["pages"]]


def encrypted(data: bytes, user: str) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return saved(pdf, pikepdf.Encryption(owner="owner", user=user))


def test_files_and_pages_keep_their_order(service: Service, truth: Truth) -> None:
    names = ["blank.png", "report.pdf", "poster.jpg", "invoice.png", "grey.png"]
    files = [(name, PDF if name == "report.pdf" else (SAMPLES / name).read_bytes()) for name in names]
    answer = read(service, *files).answer
    assert [(page["file"], page["page"], page["page_count"], page["dpi"]) for page in answer["pages"]] == [
        ("blank.png", 1, 1, None),
        ("report.pdf", 1, 3, 150),
        ("report.pdf", 2, 3, 150),
        ("report.pdf", 3, 3, 150),
        ("poster.jpg", 1, 1, None),
        ("invoice.png", 1, 1, None),
        ("grey.png", 1, 1, None),
    ]
    texts = [page["text"] for page in answer["pages"]]
    assert texts[:4] == ["", "Page number 1", "Page number 2", "Page number 3"]
    for text, name in zip(texts[4:], names[2:], strict=True):
        assert without_blanks(text) == without_blanks("".join(truth[name]))
    assert answer["text"] == "\n\n".join(text for text in texts if text)


def test_as_many_files_as_the_limit_says_are_read(service: Service) -> None:
    answer = read(service, *((f"{number}.png", BLANK) for number in range(64))).answer
    assert [page["file"] for page in answer["pages"]] == [f"{number}.png" for number in range(64)]


@pytest.mark.parametrize(
    ("pages", "numbers"), [("2", [2]), ("3,1", [1, 3]), (" 2 - 3 ", [2, 3]), ("1-3", [1, 2, 3]), ("", [1, 2, 3])]
)
def test_pages_of_a_pdf_are_chosen(service: Service, pages: str, numbers: list[int]) -> None:
    for reply in (read(service, PDF, pages=pages), read_json(service, PDF, pages=pages)):
        assert page_texts(reply) == [f"Page number {number}" for number in numbers]
        assert [page["page"] for page in reply.answer["pages"]] == numbers


@pytest.mark.parametrize("pages", ["0", "4", "2-4"])
def test_pages_that_there_are_not_are_told_with_those_that_there_are(service: Service, pages: str) -> None:
    status, code, message = read(service, ("a.png", INVOICE), ("b.pdf", PDF), pages=pages).error
    assert (status, code) == (400, "pdf_pages_invalid")
    assert message == f"file 2 (b.pdf): pages has '{pages}', but the document has pages 1 to 3"


@pytest.mark.parametrize(("dpi", "size"), [(36, (202, 101)), (150, (840, 420)), (300, (1680, 840))])
def test_a_page_is_as_large_as_its_resolution_says(service: Service, dpi: int, size: tuple[int, int]) -> None:
    page = read(service, PDF, dpi=dpi, pages=1).page
    assert page["dpi"] == dpi
    assert (page["width"], page["height"]) == pytest.approx(size, abs=1)


@pytest.mark.parametrize(("turned", "size"), [(90, (1755, 1240)), (180, (1240, 1755)), (270, (1755, 1240))])
def test_a_turned_page_is_read_as_it_is_shown(service: Service, turned: int, size: tuple[int, int]) -> None:
    places = {
        90: b"0 1 -1 0 400 100 cm",
        180: b"-1 0 0 -1 400 400 cm",
        270: b"0 -1 1 0 200 600 cm",
    }
    content = b"q " + places[turned] + b" " + written("Shown upright", 0, 0, 30) + b" Q"
    page = read(service, pdf_of(content, keys={"Rotate": turned})).page
    assert (page["width"], page["height"]) == pytest.approx(size, abs=1)
    assert [line["text"] for line in page["lines"]] == ["Shown upright"]
    top_left, top_right, *_ = page["lines"][0]["quad"]
    assert top_right[0] > top_left[0]


def test_a_picture_is_read_whatever_its_name_says(service: Service, truth: Truth) -> None:
    for name, data, texts in (
        ("scan.pdf", INVOICE, truth["invoice.png"]),
        ("scan.png", PDF, [f"Page number {number}" for number in (1, 2, 3)]),
        ("scan.txt", INVOICE, truth["invoice.png"]),
        ("", INVOICE, truth["invoice.png"]),
    ):
        answer = read(service, (name, data)).answer
        assert answer["text"].replace("\n\n", "\n").splitlines() == texts
        assert {page["file"] for page in answer["pages"]} == {name}


def test_a_pdf_that_only_its_owner_may_change_is_read(service: Service) -> None:
    assert page_texts(read(service, encrypted(PDF, user=""), pages=2)) == ["Page number 2"]
    assert read(service, encrypted(PDF, user=""), format="pdf").media_type == "application/pdf"


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 400, "image_empty"),
        (b"hello", 415, "image_format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "image_format"),
        (b"\0" * 100_000, 415, "image_format"),
        (INVOICE[:2000], 422, "image_broken"),
        (POSTER[:3000], 422, "image_broken"),
        (b"%PDF-1.7\n", 422, "pdf_broken"),
        (PDF[: len(PDF) // 2], 422, "pdf_broken"),
        (b"%PDF-1.4\n" + b"1 0 obj<</Type/Catalog>>endobj " * 200 + b"trailer<</Root 1 0 R>>", 422, "pdf_"),
        (encrypted(PDF, user="secret"), 422, "pdf_encrypted"),
        (saved(pikepdf.Pdf.new()), 422, "pdf_empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_by_its_name(service: Service, data: bytes, status: int, code: str) -> None:
    found = read(service, ("first.png", INVOICE), ("second.pdf", data), ("third.png", INVOICE)).error
    assert found[0] == status
    assert found[1].startswith(code)
    assert found[2].startswith("file 2 (second.pdf): ")
    # Who sends one file knows which.
    alone = read(service, ("second.pdf", data)).error
    assert alone[2] == found[2].removeprefix("file 2 (second.pdf): ")
    assert read_json(service, data).error == alone


def test_a_file_of_another_format_is_told_all_that_is_accepted(service: Service) -> None:
    assert (
        read(service, b"hello")
        .error[2]
        .endswith(
            "accepted are JPEG, PNG, BMP, WebP and TIFF; "
            "accepted here are also GIF, AVIF, HEIC and JPEG 2000, and PDF documents"
        )
    )


def test_a_file_that_cannot_be_read_is_told_by_its_number_and_name(service: Service) -> None:
    message = read(service, ("a.png", INVOICE), ("b.png", b"1"), ("c.png", b""), ("d.png", b"2")).error[2]
    assert message.startswith(("file 2 (b.png): ", "file 3 (c.png): ", "file 4 (d.png): "))


def test_pages_that_make_no_sense_are_no_fault_of_the_service(service: Service) -> None:
    for box in ([0, 0, 0, 0], [0, 0, 1e30, 1e30], [5, 5, 4, 4], [0, 0, 1e-9, 100]):
        with pikepdf.open(io.BytesIO(pdf_of(b""))) as pdf:
            pdf.pages[0].obj.MediaBox = Array([float(side) for side in box])
            data = saved(pdf)
        for form in ("json", "pdf"):
            reply = read(service, data, format=form)
            assert reply.status == 200 or reply.error[1] in ("pdf_broken", "image_too_large")
