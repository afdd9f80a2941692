"""`POST /predict/<name>` in front of a reader that is given to it."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ocr_ops.errors import ImageFormatError
from pdserving.config import load_settings
from pdserving.config.schema import HUB_STAGES, HubKind, HubService
from pdserving.errors import AnsweredError, TimedOutError, WorkerUnavailableError
from tests.support.hub import ask_hub, post_hub
from tests.support.in_process import Gateway, PageReader, running_gateway
from tests.support.paths import CONFIG
from tests.support.talking import ask

BROKEN, SLOW, LOST, FAULT = b"broken", b"slow", b"lost", b"fault"
ERRORS = {
    BROKEN: AnsweredError(ImageFormatError, "the file is not a picture; accepted are JPEG"),
    SLOW: TimedOutError("no answer within request_timeout_s, 120 s"),
    LOST: WorkerUnavailableError("10 workers in turn ended before they answered"),
    FAULT: ZeroDivisionError("a secret"),
}
MODULE = """
from pdserving.hub.module import HubModule


class Module(HubModule):
    def preprocess(self, image):
        return image + b", changed"

    def postprocess(self, results):
        if results[0]["text"] == "Hello you":
            return [{**line, "unsure": line["confidence"] < 0.8} for line in results]
        raise LookupError("there is nothing to read")
"""
REGIONS = [[[10, 10], [90, 10], [90, 30], [10, 30]], [[10, 60], [90, 60], [90, 80], [10, 80]]]
RESULTS: dict[HubKind, list[dict[str, object]]] = {
    "det": [{"text_region": region} for region in REGIONS],
    "cls": [{"angle": "0", "confidence": 0.99}, {"angle": "180", "confidence": 0.98}],
    "rec": [{"text": "Hello you", "confidence": 0.9}, {"text": "春", "confidence": 0.75}],
    "system": [
        {"angle": "0", "text": "Hello you", "confidence": 0.9, "text_region": REGIONS[0]},
        {"angle": "180", "text": "春", "confidence": 0.75, "text_region": REGIONS[1]},
    ],
}


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway whose reader fails with some pictures, and which has a service with a module."""
    module: Path = tmp_path_factory.mktemp("package") / "module.py"
    module.write_text(MODULE, encoding="utf-8")
    services = [HubService(name="plain"), HubService(name="mine", kind="system", module=module)]
    with running_gateway(load_settings(CONFIG, []), PageReader(ERRORS), services=services) as gateway:
        yield gateway


def images(*values: object) -> bytes:
    return json.dumps({"images": list(values)}).encode()


@pytest.mark.parametrize("kind", RESULTS)
def test_each_service_answers_its_fields_and_asks_for_its_stages(gateway: Gateway, kind: HubKind) -> None:
    answer = ask_hub(gateway, f"ocr_{kind}", b"a picture")
    assert (answer.http_status, answer.status, answer.msg) == (200, "000", "")
    assert answer.only == RESULTS[kind]
    asked = gateway.reader.asked[-1]
    assert asked.picture == b"a picture"
    assert asked.options.items() >= HUB_STAGES[kind].items()


def test_many_pictures_are_answered_in_their_order(failing: Gateway) -> None:
    answer = ask_hub(failing, "plain", *([b"x"] * 40))
    assert answer.results == [RESULTS["system"]] * 40


def test_the_request_has_its_id(gateway: Gateway) -> None:
    body = images(base64.b64encode(b"x").decode())
    reply = ask(gateway, "/predict/ocr_det", "POST", body, {"X-Request-ID": "order-7"})
    assert reply.headers["x-request-id"] == gateway.reader.asked[-1].request_id == "order-7"


@pytest.mark.parametrize(
    ("picture", "http_status", "message"),
    [
        (BROKEN, 415, "the file is not a picture; accepted are JPEG"),
        (SLOW, 504, "no answer within request_timeout_s, 120 s"),
        (LOST, 503, "10 workers in turn ended before they answered"),
        (FAULT, 500, "internal error: ZeroDivisionError"),
    ],
)
def test_what_goes_wrong_is_told_with_the_pictures_number(
    failing: Gateway, picture: bytes, http_status: int, message: str
) -> None:
    alone = ask_hub(failing, "plain", picture)
    assert (alone.http_status, alone.status, alone.msg) == (http_status, "-1", message)
    assert ask_hub(failing, "plain", b"x", picture).msg == f"images[1]: {message}"


def test_a_module_changes_pictures_and_results(failing: Gateway) -> None:
    results = ask_hub(failing, "mine", b"a picture").only
    assert results == [
        {**line, "unsure": unsure} for line, unsure in zip(RESULTS["system"], (False, True), strict=True)
    ]
    assert failing.reader.asked[-1].picture == b"a picture, changed"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "the body is not a hub request"),
        (b"{", "Invalid JSON"),
        (b"\xff\xfe", "Invalid JSON"),
        (b"[" * 5000, "more than 1024 values"),
        (b'{"a":' * 17 + b"1" + b"}" * 17, "the limit max_json_depth is 16"),
        (b"[]", "the body is not a hub request"),
        (b"{}", "images: is missing"),
        (images(), "images: [] is not accepted"),
        (images(3), "images.0: 3 is not accepted"),
        (b'{"images": ["aGk="], "paths": ["/etc/passwd"]}', "unknown key paths; accepted: images"),
        (images(*["aGk="] * 65), "images: 65 pictures; the limit max_images is 64"),
        (images("***"), "images[0] is not base64"),
        (images("aGk=", "***"), "images[1] is not base64"),
    ],
)
@pytest.mark.parametrize("name", ["ocr_det", "ocr_system"])
def test_a_body_that_is_none_is_told_why(gateway: Gateway, name: str, body: bytes, expected: str) -> None:
    answer = post_hub(gateway, name, body)
    assert answer.http_status == 400
    assert expected in answer.msg


def test_an_unknown_service_is_told_with_the_known_ones(gateway: Gateway) -> None:
    answer = ask_hub(gateway, "ocr_dot", b"x")
    assert (answer.http_status, answer.status) == (404, "-1")
    assert answer.msg == "no service 'ocr_dot'; accepted: ocr_det, ocr_cls, ocr_rec, ocr_system"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_another_method_is_answered_in_hubs_form(gateway: Gateway, method: str) -> None:
    answer = post_hub(gateway, "ocr_det", b"", method)
    assert (answer.http_status, answer.msg) == (405, f"{method} /predict/ocr_det: accepted: POST")


@pytest.mark.parametrize("name", ["ocr_det/", "ocr_det/x"])
def test_a_path_that_there_is_not_is_told_in_hubs_form(gateway: Gateway, name: str) -> None:
    answer = post_hub(gateway, name, images("aGk="))
    assert answer.http_status == 404
    assert answer.msg.startswith(f"POST /predict/{name}: there is no such path")
