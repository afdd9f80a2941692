"""The web page for everybody: errors as sentences, keyboard, phone, dark, Chinese; and nothing of another host."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import FileChooser, FilePayload, Route, expect

from tests.gateway.web.conftest import Open, Tab
from tests.support.browser import TIMEOUT_MS
from tests.support.paths import SAMPLES

POSTER = SAMPLES / "poster.jpg"
BROKEN = FilePayload(name="scan.png", mimeType="image/png", buffer=b"this is no picture")
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def test_the_service_s_error_is_shown_as_a_sentence(tab: Tab) -> None:
    tab.add(BROKEN)
    notice = tab.page.locator("#notice")
    expect(notice.locator(".sentence")).to_have_text(re.compile(r"^[A-Z].*\.$"))
    expect(notice).to_contain_text("JPEG")
    expect(notice).to_contain_text("Request ")
    expect(tab.page.get_by_role("status")).to_contain_text("scan.png could not be read.")
    expect(tab.page.locator("#copy")).to_be_disabled()


def test_an_error_in_chinese_keeps_the_service_s_words_beside_it(open_page: Open) -> None:
    tab = open_page(locale="zh-CN")
    tab.add(BROKEN)
    expect(tab.page.locator("#notice .sentence")).to_have_text("这不是可识别的图片或 PDF 格式。")
    expect(tab.page.locator("#notice .said")).to_have_attribute("lang", "en")
    expect(tab.page.locator("#notice .said")).to_contain_text("JPEG")


def test_a_file_of_another_kind_is_not_sent(tab: Tab) -> None:
    tab.add(FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"text"))
    expect(tab.page.locator("#notice")).to_have_text(
        "notes.txt is neither a picture nor a PDF. "
        "Accepted: JPEG, PNG, WebP, BMP, GIF, HEIC, AVIF, JPEG 2000, TIFF and PDF."
    )
    expect(tab.page.locator("#again")).to_be_disabled()
    assert not [url for url in tab.requests if url.endswith("/v1/ocr")]


def test_an_empty_file_is_not_sent(tab: Tab) -> None:
    tab.add(FilePayload(name="empty.png", mimeType="image/png", buffer=b""))
    expect(tab.page.locator("#notice")).to_have_text("empty.png is empty.")
    assert not [url for url in tab.requests if url.endswith("/v1/ocr")]


def test_a_broken_network_is_explained_and_the_file_can_be_read_again(tab: Tab) -> None:
    tab.page.route("**/v1/ocr", lambda route: route.abort("connectionrefused"))
    tab.add(POSTER)
    expect(tab.page.locator("#notice")).to_contain_text("The service did not answer.")
    tab.page.unroute("**/v1/ocr")
    tab.page.locator("#notice").get_by_role("button", name="Read again").click()
    expect(tab.lines).to_have_count(5)
    expect(tab.page.locator("#notice")).to_be_hidden()


def test_a_file_that_is_being_read_can_be_cancelled(tab: Tab) -> None:
    held: list[Route] = []
    tab.page.route("**/v1/ocr", lambda route: held.append(route))
    tab.page.set_input_files("#file", POSTER)
    expect(tab.page.locator("#notice")).to_contain_text("Reading …")
    expect(tab.page.locator("#sheet img")).to_be_visible()
    tab.page.get_by_role("button", name="Cancel").click()
    expect(tab.page.locator("#notice")).to_contain_text("Cancelled.")
    expect(tab.page.locator("#tray li")).to_have_attribute("aria-busy", "false")


def test_files_are_chosen_by_keyboard(tab: Tab) -> None:
    button = tab.page.get_by_role("button", name="Choose files")
    for _ in range(10):
        if button.evaluate("element => element === document.activeElement"):
            break
        tab.page.keyboard.press("Tab")
    expect(button).to_be_focused()
    choosers: list[FileChooser] = []
    tab.page.on("filechooser", lambda chooser: choosers.append(chooser))
    # Chromium takes a moment to hand its dialog over to the test, and a key that comes before that opens none.
    deadline = time.monotonic() + TIMEOUT_MS / 1000
    while not choosers and time.monotonic() < deadline:
        tab.page.keyboard.press("Enter")
        tab.page.wait_for_timeout(1000)
    choosers[0].set_files(POSTER)
    expect(tab.lines).to_have_count(5)


def test_arrow_keys_move_between_lines_and_enter_copies_one(tab: Tab) -> None:
    tab.add(POSTER)
    tab.page.locator("#again").focus()
    tab.page.keyboard.press("Tab")
    expect(tab.lines.nth(0)).to_be_focused()
    expect(tab.boxes.nth(0)).to_have_class("active")
    tab.page.keyboard.press("ArrowDown")
    expect(tab.lines.nth(1)).to_be_focused()
    expect(tab.boxes.nth(1)).to_have_class("active")
    tab.page.keyboard.press("End")
    expect(tab.lines.nth(4)).to_be_focused()
    tab.page.keyboard.press("ArrowUp")
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("status")).to_contain_text("Copied “")
    assert tab.clipboard() == tab.texts[3]
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator("#sheet polygon.active")).to_have_count(0)


def test_a_phone_s_width_is_enough(open_page: Open, three_pages: FilePayload) -> None:
    tab = open_page(**PHONE)

    def assert_fits() -> None:
        assert tab.page.evaluate("() => document.documentElement.scrollWidth") == 360

    assert_fits()
    tab.page.get_by_label("Options").click()
    assert_fits()
    tab.page.keyboard.press("Escape")
    tab.add(POSTER, three_pages, BROKEN)
    for thumbnail in tab.thumbnails.all():
        thumbnail.click()
        assert_fits()
    tab.thumbnails.first.click()
    tab.lines.last.tap()
    expect(tab.boxes.last).to_have_class("active")
    expect(tab.boxes.last).to_be_in_viewport()
    expect(tab.lines.last).to_be_in_viewport()


def test_a_file_over_the_limit_is_told_in_megabytes(tab: Tab, tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    large.write_bytes(bytes(65 * 2**20))
    tab.page.set_input_files("#file", large)
    tab.settle()
    expect(tab.page.locator("#notice")).to_contain_text("large.png has 65 MB, which is more than the service accepts.")
    expect(tab.page.locator("#notice")).to_contain_text("the limit max_message_bytes is 67108864")


@pytest.mark.parametrize(("width", "locale"), [(320, "en-GB"), (360, "zh-CN")])
def test_nothing_is_cut_off_on_a_narrow_phone(
    open_page: Open, three_pages: FilePayload, width: int, locale: str
) -> None:
    tab = open_page(**{**PHONE, "viewport": {"width": width, "height": 640}, "locale": locale})
    tab.add(three_pages)
    assert tab.page.evaluate("() => document.documentElement.scrollWidth") == width
    brand, tools = (tab.page.locator(place).bounding_box() for place in (".brand", ".tools"))
    assert brand is not None
    assert tools is not None
    assert brand["x"] + brand["width"] <= tools["x"]
    tops = [button.bounding_box() for button in tab.page.locator(".actions button").all()]
    assert len({round(place["y"]) for place in tops if place}) == 1  # in one row


def luminance(tab: Tab) -> float:
    colour = tab.page.locator("html").evaluate("element => getComputedStyle(element).backgroundColor")
    return sum(int(channel) for channel in re.findall(r"\d+", colour)[:3]) / (3 * 255)


def test_dark_follows_the_system_and_the_switch_is_remembered(open_page: Open) -> None:
    assert luminance(open_page(color_scheme="light")) > 0.8
    tab = open_page(color_scheme="dark")
    assert luminance(tab) < 0.2
    switch = tab.page.get_by_role("button", name="Dark colours")
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    assert luminance(tab) > 0.8
    tab.page.reload()
    assert luminance(tab) > 0.8
    expect(switch).to_have_attribute("aria-pressed", "false")


def test_chinese_follows_the_browser_and_the_switch_is_remembered(open_page: Open) -> None:
    tab = open_page(locale="zh-CN")
    expect(tab.page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(tab.page.get_by_role("button", name="选择文件")).to_be_visible()
    tab.add(POSTER)
    expect(tab.page.locator("#summary")).to_contain_text("平均置信度")
    tab.page.get_by_role("button", name="English").click()
    expect(tab.page.locator("#summary")).to_contain_text("mean confidence")
    expect(tab.page.get_by_role("button", name="Copy text")).to_be_visible()
    tab.page.reload()
    expect(tab.page.get_by_role("button", name="Choose files")).to_be_visible()


@pytest.mark.parametrize(
    ("locale", "languages"), [("en-GB", "46 languages in Latin script"), ("zh-CN", "46 种使用拉丁字母的语言")]
)
def test_what_is_read_and_which_signs_are_not_is_said_before_a_file_is_chosen(
    open_page: Open, locale: str, languages: str
) -> None:
    sentence = open_page(locale=locale).page.locator("#welcome [data-i18n=languages]")
    expect(sentence).to_be_visible()
    expect(sentence).to_contain_text(languages)
    assert set("¡№„ạế") <= set(sentence.inner_text())


def test_both_languages_have_the_same_messages(tab: Tab) -> None:
    keys = """async (language) => {
      const { MESSAGES } = await import("/page/messages.js");
      return Object.keys(MESSAGES[language]).sort();
    }"""
    assert tab.page.evaluate(keys, "en") == tab.page.evaluate(keys, "zh")


@pytest.mark.parametrize(
    ("written", "pages"),
    [
        ("2", [2]),
        (" 1-3, 7 ", [1, 2, 3, 7]),
        ("3,1-2,2", [3, 1, 2]),
        ("6-99", [6, 7]),
        ("0", None),
        ("4-2", None),
        ("a", None),
    ],
)
def test_page_ranges_are_expanded(tab: Tab, written: str, pages: list[int] | None) -> None:
    expand = """async (text) => {
      const { expandPages, parsePages } = await import("/page/options.js");
      const ranges = parsePages(text);
      return ranges && expandPages(ranges, 7);
    }"""
    assert tab.page.evaluate(expand, written) == pages


def test_nothing_comes_from_another_host(tab: Tab, three_pages: FilePayload) -> None:
    tab.add(POSTER, three_pages, BROKEN)
    origin = tab.page.url
    foreign = [url for url in tab.requests if not url.startswith((origin, f"blob:{origin}", "data:"))]
    assert foreign == []
    assert len([url for url in tab.requests if url.endswith("/v1/ocr")]) >= 3
