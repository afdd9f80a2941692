"""What a page's reader is asked, and what becomes of its answers and errors."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from ocr_ops.errors import ImageFormatError
from pdserving.config import load_settings
from pdserving.errors import AnsweredError, OptionInvalidError, TimedOutError, WorkerUnavailableError
from tests.support.in_process import PAGE, Gateway, PageReader, running_gateway
from tests.support.paths import CONFIG, SAMPLES
from tests.support.rest import OcrReply, end, part, read, read_json, send_form

PICTURE = (SAMPLES / "invoice.png").read_bytes()
BROKEN, SLOW, LOST, OPTION, FAULT = b"broken", b"slow", b"lost", b"option", b"fault"
ACCEPTED_TOO = "accepted here are also GIF, AVIF, HEIC and JPEG 2000, and PDF documents"
ERRORS = {
    BROKEN: AnsweredError(ImageFormatError, "the file is not a picture; accepted are JPEG"),
    SLOW: TimedOutError("no answer within request_timeout_s, 120 s"),
    LOST: WorkerUnavailableError("10 workers in turn ended before they answered"),
    OPTION: AnsweredError(OptionInvalidError, "det.limit_side_len is 1281; accepted: at most max_side_len 1280"),
    FAULT: ZeroDivisionError("a secret"),
}


@pytest.fixture(scope="module")
def failing() -> Iterator[Gateway]:
    """A gateway whose reader fails with some pictures."""
    with running_gateway(load_settings(CONFIG, []), PageReader(ERRORS)) as gateway:
        yield gateway


def error(reply: OcrReply) -> tuple[int, str, str]:
    """Status, code and message of any error, the service's own too."""
    detail = json.loads(reply.body)["error"]
    return reply.status, detail["code"], detail["message"]


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        ({}, {}),
        (
            {"det": False, "cls": True, "rec": True},
            {"det.enabled": "false", "cls.enabled": "true", "rec.enabled": "true"},
        ),
        ({"drop_score": 0.25, "cls_thresh": 1.0}, {"rec.drop_score": "0.25", "cls.thresh": "1.0"}),
        (
            {"det_limit_side_len": 640, "det_limit_type": "min", "det_score_mode": "slow"},
            {"det.limit_side_len": "640", "det.limit_type": "min", "det.score_mode": "slow"},
        ),
        ({"boxes": "word", "order": "top", "dpi": 200, "format": "json", "page_image": False}, {}),
    ],
)
def test_options_reach_the_pipeline_by_its_keys(
    gateway: Gateway, options: dict[str, Any], keys: dict[str, str]
) -> None:
    for reply in (read(gateway, PICTURE, **options), read_json(gateway, PICTURE, **options)):
        assert reply.status == 200
        assert gateway.reader.asked[-1].options == keys


def test_pictures_reach_the_pipeline_as_they_came_with_the_requests_id(gateway: Gateway) -> None:
    form = part(PICTURE, filename="a.png") + part(b"other", filename="b.png") + end()
    send_form(gateway, form, **{"X-Request-ID": "order-7"})
    asked = gateway.reader.asked[-2:]
    assert {page.picture for page in asked} == {PICTURE, b"other"}
    assert {page.request_id for page in asked} == {"order-7"}


def test_a_page_is_answered_with_its_lines(gateway: Gateway) -> None:
    reply = read(gateway, ("a.png", PICTURE))
    page = reply.page
    assert (page["file"], page["page"], page["page_count"], page["dpi"]) == ("a.png", 1, 1, None)
    assert (page["width"], page["height"], page["timings_ms"]) == (PAGE.width, PAGE.height, PAGE.timings_ms)
    assert page["text"] == reply.answer["text"] == "Hello you\n春"
    upright, turned = page["lines"]
    assert (upright["text"], upright["confidence"], upright["angle"]) == ("Hello you", 0.9, 0)
    assert upright["quad"] == [[10, 10], [90, 10], [90, 30], [10, 30]]
    # It begins at the top left of its text, which is the bottom right of the picture.
    assert (turned["angle"], turned["quad"]) == (180, [[90, 80], [10, 80], [10, 60], [90, 60]])


@pytest.mark.parametrize(("boxes", "key"), [("word", "words"), ("character", "characters")])
def test_parts_of_a_line_are_answered_where_they_are_asked_for(gateway: Gateway, boxes: str, key: str) -> None:
    _, line = read(gateway, PICTURE, boxes=boxes).lines
    assert [part["text"] for part in line[key]] == ["春"]


def test_many_pages_keep_their_order(gateway: Gateway) -> None:
    answer = read(gateway, *((f"{number}.png", PICTURE) for number in range(40))).answer
    assert [page["file"] for page in answer["pages"]] == [f"{number}.png" for number in range(40)]
    assert answer["text"] == "\n\n".join(["Hello you\n春"] * 40)


@pytest.mark.parametrize(
    ("form", "media_type", "body"),
    [
        ("text", "text/plain; charset=utf-8", "Hello you\n春\n"),
        ("markdown", "text/markdown; charset=utf-8", "Hello you"),
        ("hocr", "application/xhtml+xml", ">春<"),
    ],
)
def test_a_text_is_answered_in_the_form_that_is_asked_for(
    gateway: Gateway, form: str, media_type: str, body: str
) -> None:
    for reply in (
        read(gateway, PICTURE, format=form),
        read(gateway, PICTURE, query=f"?format={form}", format="json"),
        read(gateway, PICTURE, accept=media_type),
        read_json(gateway, PICTURE, format=form),
    ):
        assert (reply.status, reply.headers["content-type"]) == (200, media_type)
        assert body in reply.body.decode()


def test_pngs_are_answered_where_they_are_asked_for(gateway: Gateway) -> None:
    page = read(gateway, PICTURE, page_image=True, visualize=True).page
    for png in (page["image"], page["drawing"]):
        assert base64.b64decode(png).startswith(b"\x89PNG")
    assert page["image_type"] == "image/png"
    assert not {"image", "drawing"} & set(read(gateway, PICTURE).page)
    reply = read(gateway, PICTURE, visualize=True, accept="image/png")
    assert reply.media_type == "image/png"
    assert reply.body.startswith(b"\x89PNG")
    assert read(gateway, PICTURE, PICTURE, visualize=True, accept="image/png").error[:2] == (400, "body_invalid")


@pytest.mark.parametrize(
    ("picture", "status", "code", "message"),
    [
        (BROKEN, 415, "image_format", f"the file is not a picture; accepted are JPEG; {ACCEPTED_TOO}"),
        (SLOW, 504, "timeout", "no answer within request_timeout_s, 120 s"),
        (LOST, 503, "worker_unavailable", "10 workers in turn ended before they answered"),
        (OPTION, 400, "option_invalid", "det_limit_side_len is 1281; accepted: at most max_side_len 1280"),
        (FAULT, 500, "internal", "internal error: ZeroDivisionError"),
    ],
)
def test_what_goes_wrong_is_told_with_the_files_name(
    failing: Gateway, picture: bytes, status: int, code: str, message: str
) -> None:
    assert error(read(failing, picture)) == (status, code, message)
    assert error(read(failing, PICTURE, ("b.png", picture))) == (status, code, f"file 2 (b.png): {message}")
    assert error(read(failing, PICTURE, ("", picture))) == (status, code, f"file 2 (without a name): {message}")


def test_who_finds_no_worker_is_told_when_to_come_back(failing: Gateway) -> None:
    assert read(failing, LOST).headers["retry-after"] == "5"


def test_an_error_has_the_requests_id(failing: Gateway) -> None:
    reply = send_form(failing, part(BROKEN, filename="a.png") + end(), **{"X-Request-ID": "order-8"})
    assert json.loads(reply.body)["error"]["request_id"] == reply.headers["x-request-id"] == "order-8"
