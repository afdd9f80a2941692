import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Encryption, Name

from ocr_ops.image import decode_image
from pdserving.documents.pdf_input import OpenPdf
from pdserving.documents.searchable_pdf import searchable_pdf
from pdserving.documents.source import DocumentPage, SourceFile
from pdserving.errors import PdfBrokenError
from pdserving.page_answer import LineAnswer, PageAnswer
from tests.support.documents import (
    answer,
    box,
    dark_box,
    line,
    pdf_of,
    saved,
    shown,
    stack,
    tiff_of,
    turned,
    with_field,
    written,
)
from tests.support.image_files import blank_png

SCRIPTS = [
    "Grüße, naïve façade!",
    "识别结果：第12章",
    "日本語のテキスト、カタカナ",
    "한국어 문장입니다",
    "𠮷野家 ∑ → € ½ № ™",
    "Ελληνικά Кириллица",
]


@dataclass(frozen=True)
class Character:
    text: str
    left: float
    bottom: float
    right: float
    top: float


def extracted(pdf: bytes, number: int = 1) -> tuple[str, list[Character]]:
    """What PDFium finds on a page: its text, and each character but blanks with its box in points."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[number - 1]
        text = page.get_textpage()
        characters = [
            Character(character, *text.get_charbox(index))
            for index in range(text.count_chars())
            if (character := text.get_text_range(index, 1)).strip()
        ]
        found = text.get_text_range().replace("\r\n", "\n")
        text.close()
        page.close()
    return found, characters


def of_picture(lines: Sequence[LineAnswer], width: int = 1000, height: int = 1400) -> bytes:
    page = DocumentPage("a.png", 1, None, answer(lines, width, height))
    return searchable_pdf([SourceFile(blank_png((width, height)), [page])])


def of_pdf(data: bytes, *pages: Sequence[LineAnswer], dpi: int = 150, numbers: Sequence[int] = ()) -> SourceFile:
    """A PDF whose pages were read as these lines say."""
    made = []
    with OpenPdf(data, 10**8) as pdf:
        for number, lines in zip(numbers or range(1, len(pages) + 1), pages, strict=True):
            width, height = pdf.size(number, dpi)
            made.append(DocumentPage("a.pdf", number, dpi, PageAnswer(width, height, list(lines), {})))
    return SourceFile(data, made)


def assert_within(characters: Sequence[Character], left: float, bottom: float, right: float, top: float) -> None:
    """All boxes are within a rectangle, to a point."""
    assert characters
    assert min(character.left for character in characters) >= left - 1
    assert min(character.bottom for character in characters) >= bottom - 1
    assert max(character.right for character in characters) <= right + 1
    assert max(character.top for character in characters) <= top + 1


def test_text_of_all_scripts_is_extracted_as_it_was_read() -> None:
    text, _ = extracted(of_picture(stack(SCRIPTS)))
    assert text == "\n".join(SCRIPTS)


def test_characters_are_where_they_were_seen() -> None:
    columns = [0.05, 0.1, 0.5, 0.8, 0.9]
    _, characters = extracted(of_picture([line("il WW", box(100, 200, 600, 50), columns=columns)]))
    scale = 72 / 150
    assert_within(characters[:2], 110 * scale, (1400 - 250) * scale, 280 * scale, (1400 - 200) * scale)
    assert_within(characters[2:], 490 * scale, (1400 - 250) * scale, 670 * scale, (1400 - 200) * scale)
    assert characters[0].left == pytest.approx((100 + 600 * 0.025) * scale, abs=0.5)
    assert characters[3].right == pytest.approx((100 + 600 * 0.95) * scale, abs=0.5)
    assert characters[0].bottom == pytest.approx((1400 - 250) * scale, abs=0.5)
    assert characters[0].top == pytest.approx((1400 - 200) * scale, abs=0.5)


@pytest.mark.parametrize("degrees", [-90, -30, -8, 3, 15, 45, 90])
@pytest.mark.parametrize("angle", [0, 180])
def test_turned_lines_are_extracted_and_in_their_quads(degrees: float, angle: int) -> None:
    quad = turned(box(300, 600, 500, 40), degrees)
    text, characters = extracted(of_picture([line("turned 文字 line", quad, angle)]))
    assert text == "turned 文字 line"
    points = np.array(quad) * (72 / 150)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    assert_within(characters, left, 1400 * 72 / 150 - bottom, right, 1400 * 72 / 150 - top)


def test_a_line_on_its_head_begins_at_the_right() -> None:
    _, characters = extracted(of_picture([line("abc", box(100, 100, 300, 40), 180)]))
    assert characters[0].left > characters[1].left > characters[2].left


def test_a_tall_line_runs_down() -> None:
    _, characters = extracted(of_picture([line("abc", box(100, 100, 40, 300))]))
    assert characters[0].bottom > characters[1].bottom > characters[2].bottom


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize(
    "boxes",
    [
        {},
        {"MediaBox": Array([-100, 50, 500, 900])},
        {"MediaBox": Array([-100, -50, 700, 950]), "CropBox": Array([-20.5, 30.25, 520, 880])},
        {"MediaBox": Array([0, 0, 600, 800]), "CropBox": Array([-100, 100, 900, 700])},
    ],
)
def test_the_layer_of_a_pdf_page_is_over_what_is_seen(rotate: int, boxes: dict[str, Array]) -> None:
    # A bar that is wide on the page as it is shown.
    x, y, width, height = (150, 400, 200, 30) if rotate % 180 == 0 else (200, 300, 30, 200)
    data = pdf_of(f"{x} {y} {width} {height} re f".encode(), keys={"Rotate": rotate, **boxes})
    with OpenPdf(data, 10**8) as pdf:
        quad = dark_box(decode_image(pdf.render(1, 150).image, 10**8))
    result = searchable_pdf([of_pdf(data, [line("Zeile 行", quad)])])
    text, characters = extracted(result)
    assert text == "Zeile 行"
    assert_within(characters, x, y, x + width, y + height)
    first, last = characters[0], characters[-1]
    along = (last.left - first.left, last.bottom - first.bottom)
    direction = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[rotate]
    assert np.allclose(along / np.hypot(*along), direction, atol=0.01)


def test_a_pdf_page_looks_as_before_and_keeps_its_content() -> None:
    # Content that leaves its matrix scaled, and more saved states than it restores.
    data = pdf_of(b"q q 2 0 0 2 30 40 cm 0.2 0.5 0.7 rg 10 10 100 100 re f")
    result = searchable_pdf([of_pdf(data, [line("over it", box(100, 100, 300, 40))])])
    with OpenPdf(data, 10**8) as before, OpenPdf(result, 10**8) as after:
        assert before.render(1, 100).image == after.render(1, 100).image
    with pikepdf.open(io.BytesIO(data)) as source, pikepdf.open(io.BytesIO(result)) as target:
        assert target.pages[0].obj.Contents[-1].read_bytes() == source.pages[0].obj.Contents.read_bytes()
    _, characters = extracted(result)
    scale = 72 / 150
    assert_within(characters, 100 * scale, 842 - 140 * scale, 400 * scale, 842 - 100 * scale)


def test_text_that_the_page_has_already_is_not_doubled() -> None:
    data = pdf_of(written("Invoice 42", 50, 700, 20))
    scale = 150 / 72
    there = line("Invoice 42", box(48 * scale, (842 - 718) * scale, 100 * scale, 24 * scale))
    stamp = line("stamped", box(300 * scale, 300 * scale, 100 * scale, 20 * scale))
    text, _ = extracted(searchable_pdf([of_pdf(data, [there, stamp])]))
    assert sorted(text.split("\n")) == ["Invoice 42", "stamped"]
    again, _ = extracted(searchable_pdf([of_pdf(searchable_pdf([of_pdf(data, [there, stamp])]), [there, stamp])]))
    assert sorted(again.split("\n")) == ["Invoice 42", "stamped"]


def test_a_second_layer_leaves_the_first_as_it_was() -> None:
    first = searchable_pdf([of_pdf(pdf_of(b""), [line("first 一", box(100, 100, 300, 40))])])
    text, _ = extracted(searchable_pdf([of_pdf(first, [line("zweite", box(100, 300, 300, 40))])]))
    assert sorted(text.split("\n")) == ["first 一", "zweite"]


def test_pages_that_share_inherited_resources_each_have_their_own_text() -> None:
    pdf = pikepdf.open(io.BytesIO(pdf_of(written("A"), written("B"))))
    pdf.Root.Pages.Resources = pdf.make_indirect(pdf.pages[0].obj.Resources)
    for page in pdf.pages:
        del page.obj.Resources
    lines = [[line(text, box(100, 900, 300, 40))] for text in ("one", "two")]
    result = searchable_pdf([of_pdf(saved(pdf), *lines)])
    assert sorted(extracted(result, 1)[0].split("\n")) == ["A", "one"]
    assert sorted(extracted(result, 2)[0].split("\n")) == ["B", "two"]


def test_only_the_pages_that_were_asked_for_come_out() -> None:
    data = pdf_of(written("first"), written("second"), written("third"))
    result = searchable_pdf([of_pdf(data, [], [line("added", box(100, 900, 300, 40))], numbers=[1, 3])])
    with pikepdf.open(io.BytesIO(result)) as pdf:
        assert len(pdf.pages) == 2
    assert extracted(result, 1)[0] == "first"
    assert sorted(extracted(result, 2)[0].split("\n")) == ["added", "third"]


def test_a_whole_pdf_keeps_its_metadata_and_form() -> None:
    pdf = pikepdf.open(io.BytesIO(with_field("Zebra")))
    pdf.docinfo[Name.Title] = "A form"
    result = searchable_pdf([of_pdf(saved(pdf), [line("label", box(100, 100, 300, 40))])])
    with pikepdf.open(io.BytesIO(result)) as after:
        assert str(after.docinfo[Name.Title]) == "A form"
        assert str(after.Root.AcroForm.Fields[0].V) == "Zebra"


@pytest.mark.parametrize("revision", [3, 4, 6])
def test_an_encryption_without_a_password_stays(revision: Literal[3, 4, 6]) -> None:
    rights = pikepdf.Permissions(modify_other=False)
    encryption = Encryption(user="", owner="o", R=revision, aes=revision >= 4, metadata=revision >= 4, allow=rights)
    data = saved(pikepdf.open(io.BytesIO(pdf_of(b""))), encryption)
    result = searchable_pdf([of_pdf(data, [line("text", box(100, 100, 300, 40))])])
    with pikepdf.open(io.BytesIO(result)) as pdf:
        assert pdf.is_encrypted
        assert not pdf.allow.modify_other
    assert extracted(result)[0] == "text"


def test_files_of_all_kinds_make_one_pdf_in_their_order() -> None:
    picture = DocumentPage("a.png", 1, None, answer(stack(["Bild"]), 300, 200))
    pdf = of_pdf(pdf_of(b"", b""), stack(["erste"]), stack(["zweite"]))
    result = searchable_pdf(
        [SourceFile(blank_png((300, 200)), [picture]), pdf, SourceFile(blank_png((300, 200)), [picture])]
    )
    with pikepdf.open(io.BytesIO(result)) as opened:
        assert len(opened.pages) == 4
    assert [extracted(result, number)[0] for number in (1, 2, 3, 4)] == ["Bild", "erste", "zweite", "Bild"]


def test_a_tiff_has_a_page_for_each_that_was_read() -> None:
    data = tiff_of("first", "second", "third")
    read = {1: [line("first", box(20, 15, 150, 45))], 3: [line("third", box(20, 15, 150, 45))]}
    pages = [DocumentPage("a.tif", number, None, answer(lines, 420, 80)) for number, lines in read.items()]
    pdf = searchable_pdf([SourceFile(data, pages)])
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 2
    assert [extracted(pdf, number)[0] for number in (1, 2)] == ["first", "third"]
    with OpenPdf(pdf, 10**9) as opened:
        for number, text in ((1, "first"), (2, "third")):
            drawn = decode_image(opened.render(number, 150).image, 10**9)
            expected = np.asarray(shown(text))
            assert np.abs(drawn[:80, :420].astype(float) - expected).mean() < 3


def test_the_layer_adds_little_to_a_file() -> None:
    many = [chr(0x4E00 + 7 * index) for index in range(1500)]
    lines = stack(["".join(many[start : start + 30]) for start in range(0, 1500, 30)], height=20, pitch=25)
    plain, layered = of_picture([]), of_picture(lines)
    assert len(layered) - len(plain) < 20_000
    assert extracted(layered)[0].replace("\n", "") == "".join(many)


def test_lines_without_text_or_extent_do_no_harm() -> None:
    lines = [
        line(None, box(10, 10, 100, 20), columns=[]),
        line(" ", box(10, 50, 100, 20)),
        line("dot", [[50, 90]] * 4),
        line("stays", box(100, 200, 300, 40), columns=[0.5] * 5),
    ]
    text, characters = extracted(of_picture(lines))
    assert "stays" in text
    assert all(np.isfinite((found.left, found.top)).all() for found in characters)


def test_a_pdf_that_only_its_reader_forgives_is_refused() -> None:
    page = DocumentPage("a.pdf", 2, 150, answer([]))
    with pytest.raises(PdfBrokenError):
        searchable_pdf([SourceFile(pdf_of(b""), [page])])
