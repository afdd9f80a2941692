"""Paths and methods around `POST /v1/ocr`, request ids, and many requests at once."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import SAMPLES
from tests.support.rest import BOUNDARY, PATH, ask, drawn, end, part, png, read, send_form
from tests.support.running import Service

BLANK = (SAMPLES / "blank.png").read_bytes()


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_is_told_with_the_one_that_is_accepted(service: Service, method: str) -> None:
    reply = ask(service, PATH, method)
    assert reply.error[:2] == (405, "wrong_service")
    assert reply.error[2].startswith(f"{method} /v1/ocr: ")
    assert reply.headers["allow"] == "POST"


def test_head_is_refused_without_a_body(service: Service) -> None:
    reply = ask(service, PATH, "HEAD")
    assert (reply.status, reply.body, reply.headers["allow"]) == (405, b"", "POST")


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/none", "/v1/ocr/none", "/v2/ocr", "//v1/ocr", "/V1/OCR"])
def test_a_path_that_there_is_not_is_told(service: Service, path: str) -> None:
    for method in ("GET", "POST"):
        status, code, message = ask(service, path, method).error
        assert (status, code) == (404, "wrong_service")
        assert message.startswith(f"{method} {path}: ")


def test_a_request_keeps_its_id_and_gets_one_where_it_has_none(service: Service) -> None:
    form = part(BLANK, filename="a.png") + end()
    assert send_form(service, form, **{"X-Request-ID": "order-7"}).answer["request_id"] == "order-7"
    made = [send_form(service, form).answer["request_id"] for _ in range(2)]
    assert len(set(made)) == 2
    assert send_form(service, form, **{"X-Request-ID": "a b"}).answer["request_id"] != "a b"
    failed = send_form(service, b"", **{"X-Request-ID": "order-8"})
    assert json.loads(failed.body)["error"]["request_id"] == "order-8"


def test_many_requests_at_once_get_their_own_results(service: Service) -> None:
    def one(number: int) -> None:
        names = [f"{number}-{index}.png" for index in range(1 + number % 3)]
        files = [(name, png(drawn({(30, 20): f"Ticket {name[:-4]}"}, (360, 80)))) for name in names]
        if number % 5 == 4:
            message = read(service, *files, (f"{number}.png", b"broken")).error[2]
            assert message.startswith(f"file {len(files) + 1} ({number}.png): ")
            return
        answer = read(service, *files, boxes="word" if number % 2 else "line").answer
        assert [page["file"] for page in answer["pages"]] == names
        assert answer["text"].replace(" ", "") == "\n\n".join(f"Ticket{name[:-4]}" for name in names)
        assert all(("words" in line) == (number % 2 == 1) for page in answer["pages"] for line in page["lines"])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(one, range(60)))


def test_a_connection_serves_on_after_an_error(service: Service) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", service.http_port, timeout=60)
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    try:
        for body, status in ((b"x", 400), (part(BLANK, filename="a") + end(), 200), (end(), 400)):
            connection.request("POST", PATH, body, headers)
            response = connection.getresponse()
            assert response.status == status
            response.read()
    finally:
        connection.close()
