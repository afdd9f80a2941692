"""Paths, methods and request ids around `POST /v1/ocr`."""

import http.client
import json

import pytest

from tests.support.in_process import Gateway
from tests.support.paths import SAMPLES
from tests.support.rest import BOUNDARY, PATH, ask_rest, end, part, send_form

BLANK = (SAMPLES / "blank.png").read_bytes()


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_is_told_with_the_one_that_is_accepted(gateway: Gateway, method: str) -> None:
    reply = ask_rest(gateway, PATH, method)
    assert reply.error[:2] == (405, "wrong_service")
    assert reply.error[2].startswith(f"{method} /v1/ocr: ")
    assert reply.headers["allow"] == "POST"


def test_head_is_refused_without_a_body(gateway: Gateway) -> None:
    reply = ask_rest(gateway, PATH, "HEAD")
    assert (reply.status, reply.body, reply.headers["allow"]) == (405, b"", "POST")


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/none", "/v1/ocr/none", "/v2/ocr", "//v1/ocr", "/V1/OCR"])
def test_a_path_that_there_is_not_is_told(gateway: Gateway, path: str) -> None:
    for method in ("GET", "POST"):
        status, code, message = ask_rest(gateway, path, method).error
        assert (status, code) == (404, "wrong_service")
        assert message.startswith(f"{method} {path}: ")


def test_a_request_keeps_its_id_and_gets_one_where_it_has_none(gateway: Gateway) -> None:
    form = part(BLANK, filename="a.png") + end()
    assert send_form(gateway, form, **{"X-Request-ID": "order-7"}).answer["request_id"] == "order-7"
    made = [send_form(gateway, form).answer["request_id"] for _ in range(2)]
    assert len(set(made)) == 2
    assert send_form(gateway, form, **{"X-Request-ID": "a b"}).answer["request_id"] != "a b"
    failed = send_form(gateway, b"", **{"X-Request-ID": "order-8"})
    assert json.loads(failed.body)["error"]["request_id"] == "order-8"


def test_a_connection_serves_on_after_an_error(gateway: Gateway) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", gateway.http_port, timeout=60)
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    try:
        for body, status in ((b"x", 400), (part(BLANK, filename="a") + end(), 200), (end(), 400)):
            connection.request("POST", PATH, body, headers)
            response = connection.getresponse()
            assert response.status == status
            response.read()
    finally:
        connection.close()
