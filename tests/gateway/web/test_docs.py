"""`/docs` in a real browser: it shows every route, and asks no other host for anything."""

import re

from playwright.sync_api import Browser, expect

from tests.support.browser import TIMEOUT_MS
from tests.support.running import Service

OPERATIONS = [
    "/v1/ocr",
    "/predict/ocr_det",
    "/predict/ocr_cls",
    "/predict/ocr_rec",
    "/predict/ocr_system",
    "/{service}/prediction",
]


def test_the_page_renders_every_route_and_tries_one(service: Service, browser: Browser) -> None:
    origin = f"http://127.0.0.1:{service.http_port}"
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        requests: list[str] = []
        errors: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(f"{origin}/docs")
        blocks = page.locator(".opblock")
        expect(blocks.first).to_be_visible()
        shown = [text.replace("\u200b", "") for text in page.locator(".opblock-summary-path").all_inner_texts()]
        assert set(OPERATIONS) <= set(shown)
        hub = blocks.filter(has_text="/predict/ocr_system")
        hub.locator(".opblock-summary").click()
        hub.get_by_role("button", name="Try it out").click()
        hub.get_by_role("button", name="Execute", exact=True).click()
        expect(hub.locator(".live-responses-table .response-col_status").last).to_have_text(re.compile("200"))
        expect(hub.locator(".live-responses-table")).to_contain_text("Hello!")
        assert errors == []
        assert [url for url in requests if not url.startswith((f"{origin}/", "data:", "blob:"))] == []
    finally:
        context.close()
