"""JSON bodies: files as base64, options as values of their type."""

import base64
import json
from typing import Any

import pytest

from tests.support.paths import SAMPLES
from tests.support.rest import read, read_json, send_json
from tests.support.running import Service

INVOICE = (SAMPLES / "invoice.png").read_bytes()
UPSIDE_DOWN = (SAMPLES / "upside_down.png").read_bytes()
ENCODED = base64.b64encode(INVOICE).decode()
FILE = {"name": "a.png", "content": ENCODED}


def body(**values: object) -> bytes:
    return json.dumps({"files": [FILE], **values}).encode()


def test_json_is_answered_as_a_form_is(service: Service) -> None:
    options: dict[str, Any] = {"boxes": "word", "drop_score": 0.9, "det_limit_side_len": 640, "cls": True}
    files = [("", INVOICE), ("", UPSIDE_DOWN)]
    by_form, by_json = (
        read(service, *files, **options).answer,
        read_json(service, INVOICE, UPSIDE_DOWN, **options).answer,
    )
    for tree in (by_form, by_json):
        for page in tree["pages"]:
            del page["timings_ms"]
    assert by_form["pages"] == by_json["pages"]
    assert by_form["text"] == by_json["text"]


def test_null_is_as_left_out(service: Service) -> None:
    lines = send_json(service, body(det=None, drop_score=None, pages=None, format=None)).lines
    assert lines == read(service, INVOICE).lines


@pytest.mark.parametrize(
    "content",
    [
        f"data:image/png;base64,{ENCODED}",
        "\r\n".join(ENCODED[at : at + 76] for at in range(0, len(ENCODED), 76)),
        base64.urlsafe_b64encode(INVOICE).decode().rstrip("="),
    ],
)
def test_base64_is_read_as_clients_write_it(service: Service, content: str) -> None:
    assert len(send_json(service, json.dumps({"files": [{"content": content}]}).encode()).lines) == 4


@pytest.mark.parametrize("content", ["***", "a", "é" * 8, "data:image/png;base64", "aGk=aGk=", "\x00"])
def test_what_is_no_base64_is_told_with_its_place(service: Service, content: str) -> None:
    files = [FILE, {"name": "b.png", "content": content}]
    status, code, message = send_json(service, json.dumps({"files": files}).encode()).error
    assert (status, code) in ((400, "base64_invalid"), (400, "image_empty"))
    assert "files[1].content" in message or message.startswith("file 2 (b.png): ")
