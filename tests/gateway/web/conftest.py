"""A tab with the service's web page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.support.browser import TIMEOUT_MS
from tests.support.drawing import drawn, pdf_of_pictures
from tests.support.running import Service

Open = Callable[..., "Tab"]


@dataclass(frozen=True)
class Tab:
    """The web page in a browser, with what a test does again and again.

    Attributes:
        errors: what the page's scripts threw and its console complained of.
        requests: the addresses that it asked for.
    """

    page: Page
    errors: list[str]
    requests: list[str]

    @property
    def lines(self) -> Locator:
        """The lines that were read, in the list."""
        return self.page.locator("#lines li")

    @property
    def boxes(self) -> Locator:
        """The boxes over the picture."""
        return self.page.locator("#sheet polygon")

    @property
    def thumbnails(self) -> Locator:
        """The buttons that show a page."""
        return self.page.locator("#tray .page")

    @property
    def texts(self) -> list[str]:
        """The text of each line."""
        return self.page.locator("#lines .text").all_inner_texts()

    def add(self, *files: Path | FilePayload) -> None:
        """Choose files, and wait until all are done."""
        payloads: list[Any] = [
            FilePayload(name=file.name, mimeType="", buffer=file.read_bytes()) if isinstance(file, Path) else file
            for file in files
        ]
        self.page.set_input_files("#file", payloads)
        self.settle()

    def settle(self) -> None:
        """Wait until no file is waiting or being read."""
        expect(self.page.locator("#tray li").first).to_be_visible()
        expect(self.page.locator("#tray [aria-busy=true]")).to_have_count(0)

    def clipboard(self) -> str:
        """What was copied last."""
        return str(self.page.evaluate("() => navigator.clipboard.readText()"))


@pytest.fixture
def open_page(browser: Browser, service: Service) -> Iterator[Open]:
    """Opens the web page in a browser context of its own; takes the context's options, such as `locale`."""
    contexts = []

    def open_tab(script: str = "", **options: Any) -> Tab:
        context = browser.new_context(**{"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        tab = Tab(page, [], [])
        page.on("pageerror", lambda error: tab.errors.append(str(error)))
        page.on("console", lambda message: tab.errors.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: tab.requests.append(request.url))
        page.goto(f"http://127.0.0.1:{service.http_port}/")
        return tab

    yield open_tab
    for context in contexts:
        context.close()


@pytest.fixture
def tab(open_page: Open) -> Tab:
    """The web page in English, on a desktop's width."""
    return open_page()


@pytest.fixture(scope="session")
def three_pages() -> FilePayload:
    """A PDF of three scanned pages; page n says `Chapter n` and `This is page n of three`."""
    pages = [
        drawn({(140, 160): f"Chapter {number}", (140, 380): f"This is page {number} of three"}, (1240, 1754), 64)
        for number in (1, 2, 3)
    ]
    return FilePayload(name="report.pdf", mimeType="application/pdf", buffer=pdf_of_pictures(pages))
