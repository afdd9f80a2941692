"""`POST /<service>/prediction` in front of a call that is given to it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pdserving.config import load_settings
from pdserving.errors import ERRORS
from pdserving.protocol import Response
from tests.support.in_process import Gateway, running_gateway
from tests.support.paths import CONFIG
from tests.support.talking import ask, ask_http, post

BODY = {"key": ["image"], "value": ["aGk="]}


@contextmanager
def answering(response: Response) -> Iterator[Gateway]:
    """A gateway that answers every request alike."""
    with running_gateway(load_settings(CONFIG, []), response=response) as gateway:
        yield gateway


def test_the_answer_is_passed_on_as_it_is() -> None:
    lines = '[[["春", 0.9], [[1.0, 2.0], [3.0, 2.0], [3.0, 4.0], [1.0, 4.0]]]]'
    with answering(Response(key=["result"], value=[lines])) as gateway:
        reply = ask(gateway, "/ocr/prediction", "POST", json.dumps(BODY).encode())
        assert reply.json == {"err_no": 0, "err_msg": "", "key": ["result"], "value": [lines], "tensors": []}
        assert ask_http(gateway, b"hi").texts == ["春"]


def test_the_request_is_passed_on_with_its_id(gateway: Gateway) -> None:
    body = {"key": ["image", "rec.drop_score"], "value": ["aGk=", "0.3"], "logid": 7, "name": "other", "method": "x"}
    reply = ask(gateway, "/ocr/prediction", "POST", json.dumps(body).encode(), {"X-Request-ID": "order-7"})
    assert (reply.status, reply.headers["x-request-id"]) == (200, "order-7")
    request = gateway.calls.asked[-1]
    assert dict(zip(request.key, request.value, strict=True)) == {"image": "aGk=", "rec.drop_score": "0.3"}
    assert (request.name, request.logid) == ("ocr", 7)
    (tensor,) = request.tensors
    assert (tensor.name, list(tensor.str_data)) == ("request_id", ["order-7"])


def test_a_client_may_name_the_request_itself(gateway: Gateway) -> None:
    body = {"key": ["image", "request_id"], "value": ["aGk=", "mine"]}
    assert post(gateway, json.dumps(body).encode()).err_no == 0
    assert list(gateway.calls.asked[-1].tensors) == []


@pytest.mark.parametrize("code", ["internal", "option_invalid", "image_format", "image_too_large", "timeout"])
def test_an_error_of_the_worker_has_the_status_of_its_kind(code: str) -> None:
    kind = ERRORS[code]
    with answering(Response(err_no=kind.number, err_msg="what was wrong")) as gateway:
        answer = post(gateway, json.dumps(BODY).encode())
    assert (answer.status, answer.err_no, answer.err_msg) == (kind.http_status, kind.number, "what was wrong")
    assert answer.value is None


def test_a_number_that_is_not_ours_is_the_services_fault() -> None:
    with answering(Response(err_no=4321, err_msg="of Paddle Serving")) as gateway:
        answer = post(gateway, json.dumps(BODY).encode())
    assert (answer.status, answer.err_no, answer.err_msg) == (500, 3000, "of Paddle Serving")


@pytest.mark.parametrize(
    ("body", "err_no", "expected"),
    [
        (b"", 5010, "the body is not a pipeline request"),
        (b"{", 5010, "Invalid JSON"),
        (b"\xff", 5010, "Invalid JSON"),
        (b"[]", 5010, "[] is not accepted"),
        (b"{}", 5010, "key: is missing"),
        (b'{"key": [], "value": [], "url": "x"}', 5010, "unknown key url; accepted: key, value"),
        (b'{"key": ["image"], "value": [1]}', 5010, "value.0: 1 is not accepted"),
        (b'{"key": [], "value": [], "tensors": ["x"]}', 5010, "tensors: "),
        (b'{"key": [], "value": [], "logid": 9223372036854775808}', 5010, "logid: "),
        (json.dumps({"key": ["x"] * 65, "value": []}).encode(), 5010, "key: "),
        (b"[" * 5000, 5010, "more than 1024 values"),
        (b'{"a":' * 17 + b"1" + b"}" * 17, 5017, "the limit max_json_depth is 16"),
    ],
)
def test_a_body_that_is_none_is_told_why(gateway: Gateway, body: bytes, err_no: int, expected: str) -> None:
    answer = post(gateway, body)
    assert (answer.status, answer.err_no) == (400, err_no), answer.err_msg
    assert expected in answer.err_msg


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_another_method_is_answered_in_the_pipelines_form(gateway: Gateway, method: str) -> None:
    answer = post(gateway, b"", method=method)
    assert (answer.status, answer.err_no) == (405, 3002)
    assert answer.err_msg == f"{method} /ocr/prediction: accepted: POST"


def test_a_deadline_that_is_none_is_answered_in_the_pipelines_form(gateway: Gateway) -> None:
    reply = ask(gateway, "/ocr/prediction", "POST", json.dumps(BODY).encode(), {"X-Request-Timeout": "soon"})
    assert (reply.status, reply.json["err_no"]) == (400, 5003)
    assert reply.json["err_msg"] == "X-Request-Timeout is 'soon'; accepted: seconds above 0, such as 2.5"
