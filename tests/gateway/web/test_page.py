"""The web page in a real browser, against the real service: files in, lines and boxes out."""

import base64
import io
import json
import time
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from tests.gateway.web.conftest import Open, Tab
from tests.support.browser import TIMEOUT_MS
from tests.support.documents import file_of, shown, tiff_of
from tests.support.paths import SAMPLES
from tests.support.talking import without_blanks

POSTER = SAMPLES / "poster.jpg"
Truth = dict[str, list[str]]

HAND_OVER = """([kind, name, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
    : new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
}"""


def assert_reads(tab: Tab, lines: list[str]) -> None:
    expected = [without_blanks(line) for line in lines]
    deadline = time.monotonic() + TIMEOUT_MS / 1000  # a page that is turned takes a moment
    while (found := [without_blanks(text) for text in tab.texts]) != expected and time.monotonic() < deadline:
        tab.page.wait_for_timeout(50)
    assert found == expected


@pytest.mark.parametrize("name", ["invoice.png", "poster.jpg", "notice.jpg", "upside_down.png", "transparent.png"])
def test_a_picture_shows_its_lines_and_a_box_for_each(tab: Tab, truth: Truth, name: str) -> None:
    tab.add(SAMPLES / name)
    assert_reads(tab, truth[name])
    expect(tab.boxes).to_have_count(len(truth[name]))
    expect(tab.page.locator("#summary")).to_contain_text(f"{len(truth[name])} line")
    for percent in tab.page.locator("#lines .percent").all_inner_texts():
        assert 50 < float(percent.rstrip("%")) <= 100
    assert tab.errors == []


def test_boxes_lie_on_an_upright_picture(tab: Tab, truth: Truth) -> None:
    tab.add(SAMPLES / "sideways_exif.jpg")
    assert_reads(tab, truth["sideways_exif.jpg"])
    sheet = tab.page.locator("#sheet").bounding_box()
    assert sheet is not None
    assert sheet["width"] / sheet["height"] == pytest.approx(560 / 170, rel=0.02)
    for box in tab.boxes.all():
        place = box.bounding_box()
        assert place is not None
        assert sheet["x"] <= place["x"]
        assert place["x"] + place["width"] <= sheet["x"] + sheet["width"]
        assert place["width"] > place["height"]


def test_a_picture_that_browsers_cannot_show_comes_from_the_service(tab: Tab, truth: Truth) -> None:
    file = io.BytesIO()
    Image.open(POSTER).save(file, "TIFF")
    tab.add(FilePayload(name="poster.tiff", mimeType="image/tiff", buffer=file.getvalue()))
    assert_reads(tab, truth["poster.jpg"])
    assert tab.page.locator("#sheet img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 640


def test_a_blank_picture_says_that_it_has_no_text(tab: Tab) -> None:
    tab.add(SAMPLES / "blank.png")
    expect(tab.page.locator("#notice")).to_contain_text("No text was found.")
    expect(tab.page.locator("#copy")).to_be_disabled()


def test_several_files_are_read_and_each_can_be_looked_at(tab: Tab, truth: Truth) -> None:
    tab.add(POSTER, SAMPLES / "invoice.png", SAMPLES / "notice.jpg")
    assert_reads(tab, truth["poster.jpg"])
    tab.thumbnails.nth(1).click()
    assert_reads(tab, truth["invoice.png"])
    tab.page.get_by_role("button", name="Remove invoice.png").click()
    assert_reads(tab, truth["notice.jpg"])
    expect(tab.thumbnails).to_have_count(2)


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_file_can_be_dropped_and_pasted(tab: Tab, truth: Truth, kind: str) -> None:
    content = base64.b64encode(POSTER.read_bytes()).decode()
    tab.page.evaluate(HAND_OVER, [kind, "poster.jpg", content])
    tab.settle()
    assert_reads(tab, truth["poster.jpg"])


def test_a_drag_of_files_is_answered_by_a_veil(tab: Tab) -> None:
    veil = tab.page.locator("#veil")
    tab.page.evaluate(HAND_OVER, ["dragenter", "poster.jpg", ""])
    expect(veil).to_be_visible()
    tab.page.evaluate(HAND_OVER, ["dragleave", "poster.jpg", ""])
    expect(veil).to_be_hidden()


def test_hovering_links_a_line_and_its_box(tab: Tab) -> None:
    tab.add(POSTER)
    tab.lines.nth(1).hover()
    expect(tab.page.locator("#sheet polygon.active")).to_have_count(1)
    expect(tab.boxes.nth(1)).to_have_class("active")
    tab.boxes.nth(3).hover()
    expect(tab.page.locator("#lines li.active")).to_have_count(1)
    expect(tab.lines.nth(3)).to_have_class("active")
    tab.page.locator("#file-name").hover()
    expect(tab.page.locator("#sheet polygon.active, #lines li.active")).to_have_count(0)


def test_a_click_on_a_box_chooses_its_line(tab: Tab) -> None:
    tab.add(POSTER)
    tab.boxes.nth(2).click()
    expect(tab.lines.nth(2)).to_be_focused()
    expect(tab.lines.nth(2)).to_have_attribute("aria-selected", "true")


def test_the_picture_is_enlarged_and_its_boxes_go_away(tab: Tab) -> None:
    tab.add(POSTER)
    sheet = tab.page.locator("#sheet")
    before = sheet.bounding_box()
    tab.page.get_by_role("button", name="Larger").click()
    after = sheet.bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] == pytest.approx(1.5 * before["width"], rel=0.01)
    tab.page.get_by_role("button", name="Boxes").click()
    expect(tab.boxes.first).to_have_css("stroke", "rgba(0, 0, 0, 0)")


def test_a_pdf_shows_its_pages_and_copies_as_one_text(tab: Tab, three_pages: FilePayload) -> None:
    tab.add(three_pages)
    expect(tab.thumbnails).to_have_count(3)
    assert_reads(tab, ["Chapter 1", "This is page 1 of three"])
    tab.page.get_by_role("button", name="Next page").click()
    assert_reads(tab, ["Chapter 2", "This is page 2 of three"])
    expect(tab.page.locator("#page-number")).to_have_text("2 / 3")
    assert tab.page.locator("#sheet img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 1000
    tab.page.get_by_role("button", name="Copy text").click()
    expect(tab.page.get_by_role("status")).to_have_text("Copied 6 lines of 3 pages.")
    pages = [f"Chapter {page}\nThis is page {page} of three" for page in (1, 2, 3)]
    assert tab.clipboard() == "\n\n".join(pages)


def test_every_page_of_a_tiff_is_shown(tab: Tab) -> None:
    texts = ["Page one", "Page two"]
    tab.add(FilePayload(name="fax.tif", mimeType="image/tiff", buffer=tiff_of(*texts)))
    expect(tab.thumbnails).to_have_count(2)
    assert_reads(tab, texts[:1])
    tab.page.get_by_role("button", name="Next page").click()
    assert_reads(tab, texts[1:])
    expect(tab.page.locator("#page-number")).to_have_text("2 / 2")
    assert tab.page.locator("#sheet img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 420


def test_an_animation_is_read_with_a_note(tab: Tab) -> None:
    data = file_of("WEBP", shown("First frame"), shown("Second frame"))
    tab.add(FilePayload(name="moving.webp", mimeType="image/webp", buffer=data))
    assert_reads(tab, ["First frame"])
    expect(tab.page.locator("#notice")).to_have_text("The file is an animation; its first frame was read.")


def test_the_options_choose_pages_and_are_checked(tab: Tab, three_pages: FilePayload) -> None:
    tab.page.get_by_label("Options").click()
    tab.page.get_by_label("Pages").fill("3-1")
    tab.page.set_input_files("#file", [three_pages])
    expect(tab.page.get_by_role("alert")).to_contain_text("“3-1” is not a page range.")
    expect(tab.page.locator("#bench")).to_be_hidden()
    tab.page.get_by_label("Pages").fill("3, 1-1")
    tab.page.get_by_label("Resolution").fill("100")
    tab.add(three_pages)
    expect(tab.thumbnails).to_have_count(2)
    assert_reads(tab, ["Chapter 3", "This is page 3 of three"])
    assert tab.page.locator("#sheet img").evaluate("image => image.decode().then(() => image.naturalWidth)") < 900


def test_a_minimum_confidence_leaves_lines_out(tab: Tab, truth: Truth) -> None:
    tab.add(POSTER)
    tab.page.get_by_label("Options").click()
    tab.page.get_by_label("Leave out lines below this confidence").fill("100")
    tab.page.get_by_role("button", name="Read again").click()
    tab.settle()
    expect(tab.page.locator("#file-name")).to_have_text("poster.jpg")
    assert tab.lines.count() < len(truth["poster.jpg"])


def test_text_and_json_are_downloaded(tab: Tab, truth: Truth) -> None:
    tab.add(POSTER)
    with tab.page.expect_download() as text:
        tab.page.get_by_role("button", name="Download text").click()
    assert text.value.suggested_filename == "poster.txt"
    written = Path(text.value.path()).read_text(encoding="utf-8")
    assert [without_blanks(line) for line in written.splitlines()] == [
        without_blanks(line) for line in truth["poster.jpg"]
    ]
    with tab.page.expect_download() as document:
        tab.page.get_by_role("button", name="Download JSON").click()
    assert document.value.suggested_filename == "poster.json"
    (page,) = json.loads(Path(document.value.path()).read_text(encoding="utf-8"))["pages"]
    assert (page["width"], page["height"]) == (640, 460)
    assert [line["text"] for line in page["lines"]] == tab.texts
    assert not {"picture", "image"} & page.keys()


def test_copying_works_where_the_browser_has_no_clipboard_for_pages(open_page: Open) -> None:
    tab = open_page("delete Navigator.prototype.clipboard")
    tab.add(POSTER)
    tab.lines.nth(1).click()
    tab.lines.nth(1).press("Enter")
    expect(tab.page.get_by_role("status")).to_contain_text("Copied “")
    tab.page.get_by_label("Options").click()
    tab.page.get_by_label("Pages").press("Control+v")
    expect(tab.page.get_by_label("Pages")).to_have_value(tab.texts[1])
