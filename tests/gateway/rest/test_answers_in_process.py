"""The forms of an answer, of pages that are given."""

import pytest

from tests.support.in_process import Gateway
from tests.support.paths import SAMPLES
from tests.support.rest import read

BLANK = (SAMPLES / "blank.png").read_bytes()
CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/*", "text/plain"),
        ("TEXT/Markdown", "text/markdown"),
        (CHROMIUM, "text/html"),
        ("text/html", "text/html"),
        ("text/plain;q=0.5, text/markdown;q=0.9", "text/markdown"),
        ("text/plain;q=0.5, */*;q=0.1", "text/plain"),
        ("application/json;q=0, */*;q=0.1", "text/plain"),
        ("text/plain;charset=utf-8;Q=0.1, text/markdown;q=0.2", "text/markdown"),
        ("application/json; charset=utf-8", "application/json"),
        (",,", "application/json"),
    ],
)
def test_accept_is_weighed(gateway: Gateway, accept: str, media_type: str) -> None:
    reply = read(gateway, BLANK, accept=accept)
    assert (reply.status, reply.media_type) == (200, media_type)


@pytest.mark.parametrize(
    "accept", ["image/webp", "image/png", "application/json;q=0", "text/plain;q=soon", "*/plain", "x" * 9000]
)
def test_what_cannot_be_answered_is_told_with_what_can(gateway: Gateway, accept: str) -> None:
    status, code, message = read(gateway, BLANK, accept=accept).error
    assert (status, code) == (406, "not_acceptable")
    assert "accepted: application/json, text/plain, text/markdown, text/html" in message
    assert len(message) < 500
