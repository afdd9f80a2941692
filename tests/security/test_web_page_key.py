"""The web page asks for a key when the service wants one, and keeps it for the tab alone."""

import pytest
from playwright.sync_api import Browser, Page, expect

from pdserving.security.keys import new_key
from tests.security.conftest import Guarded
from tests.support.browser import TIMEOUT_MS
from tests.support.paths import SAMPLES

POSTER = SAMPLES / "poster.jpg"


def open_page(browser: Browser, guarded: Guarded) -> tuple[Page, list[str]]:
    page = browser.new_context(locale="en").new_page()
    page.set_default_timeout(TIMEOUT_MS)
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(f"http://127.0.0.1:{guarded.service.http_port}/")
    return page, requested


def give(page: Page, key: str) -> None:
    page.get_by_role("textbox", name="This service asks for an API key").fill(key)
    page.get_by_role("button", name="Use this key").click()


def test_a_key_is_asked_for_once_and_never_part_of_an_address(guarded: Guarded, browser: Browser) -> None:
    page, requested = open_page(browser, guarded)
    try:
        page.set_input_files("#file", [POSTER, SAMPLES / "invoice.png"])
        give(page, new_key())
        expect(page.locator("#key-problem")).to_have_text("The service does not accept this key.")
        give(page, guarded.keys["page"])
        expect(page.locator("#tray li[aria-busy=false]")).to_have_count(2)
        expect(page.locator("#lines li")).to_have_count(5)
        page.reload()
        page.set_input_files("#file", POSTER)
        expect(page.locator("#lines li")).to_have_count(5)
        expect(page.locator("#key-dialog")).to_be_hidden()
        assert page.evaluate("() => JSON.stringify(localStorage)").count(guarded.keys["page"]) == 0
        assert not [url for url in [*requested, page.url] if guarded.keys["page"] in url]
    finally:
        page.context.close()


@pytest.mark.parametrize("how", ["button", "Escape"])
def test_who_gives_no_key_is_told_so(guarded: Guarded, browser: Browser, how: str) -> None:
    page, _ = open_page(browser, guarded)
    try:
        page.set_input_files("#file", POSTER)
        dialog = page.locator("#key-dialog")
        expect(dialog).to_be_visible()
        if how == "Escape":
            page.keyboard.press("Escape")
        else:
            dialog.get_by_role("button", name="Cancel").click()
        expect(page.locator("#notice .sentence")).to_contain_text("No API key")
    finally:
        page.context.close()
