"""One request more than there is room for is refused at once, in its protocol's form, and told when to come back."""

import base64
import http.client
import json
import socket
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
import pytest

from pdserving.protocol import PipelineServiceStub
from tests.support.observing import Metrics, log_line, soon
from tests.support.paths import SAMPLES
from tests.support.running import Service
from tests.support.talking import TIMEOUT_S, Answer, ask, ask_http, ask_rpc, rpc_request
from tests.support.waiting_service import WaitingService, waiting_service

pytestmark = pytest.mark.service

INVOICE = (SAMPLES / "invoice.png").read_bytes()
INVOICE_LINES = 4
ROOM = 2
MESSAGE = f"{ROOM} requests are being answered, the limit max_in_flight; try again in "
PATHS = ["/ocr/prediction", "/v1/ocr", "/predict/ocr_system", "/predict/ocr_rec"]


@pytest.fixture(scope="module")
def waiting(models: None) -> Iterator[WaitingService]:
    """A service with room for two requests of HTTP and two calls of gRPC."""
    with waiting_service(f"limits.max_in_flight={ROOM}") as waiting:
        yield waiting


@contextmanager
def full(waiting: WaitingService, ask: Any) -> Iterator[list[Future[Answer]]]:
    """The service while its places are taken; afterwards they have been answered."""
    waiting.shut()
    with ThreadPoolExecutor(ROOM) as clients:
        try:
            answers = [clients.submit(ask, waiting.service) for _ in range(ROOM)]
            soon(lambda: Metrics(waiting.service).value("pdserving_pages_in_flight") == ROOM)
            yield answers
        finally:
            waiting.let_go()
        assert [len(answer.result().lines) for answer in answers] == [INVOICE_LINES] * ROOM


def by_http(service: Service) -> Answer:
    return ask_http(service, INVOICE)


def by_rpc(service: Service) -> Answer:
    return ask_rpc(service, rpc_request(INVOICE))


def announce(service: Service, path: str) -> tuple[http.client.HTTPResponse, Any]:
    """The answer to a request of which only the headers are sent."""
    connection = http.client.HTTPConnection("127.0.0.1", service.http_port, timeout=TIMEOUT_S)
    try:
        connection.putrequest("POST", path)
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", "1000000")
        connection.endheaders()
        response = connection.getresponse()
        return response, json.loads(response.read())
    finally:
        connection.close()


def test_every_protocol_refuses_by_the_headers_alone(waiting: WaitingService) -> None:
    service = waiting.service
    with full(waiting, by_http):
        before = Metrics(service)
        trees = {}
        for path in PATHS:
            response, trees[path] = announce(service, path)
            assert response.status == 503
            assert int(response.headers["retry-after"]) >= 1
        after = Metrics(service)
    pipeline = trees["/ocr/prediction"]
    assert (pipeline["err_no"], pipeline["key"], pipeline["value"]) == (8001, [], [])
    assert pipeline["err_msg"].startswith(MESSAGE)
    error = trees["/v1/ocr"]["error"]
    assert (set(error), error["code"]) == ({"code", "message", "request_id"}, "overloaded")
    assert error["message"].startswith(MESSAGE)
    for path in ("/predict/ocr_system", "/predict/ocr_rec"):
        assert (trees[path]["status"], trees[path]["results"]) == ("-1", [])
        assert trees[path]["msg"].startswith(MESSAGE)
    refused = "pdserving_requests_refused_total"
    assert after.value(refused) - before.value(refused) == len(PATHS)
    assert json.loads(log_line(service, '"error_code": "overloaded"'))["status"] == 503


@pytest.mark.parametrize("ends", ["keep-alive", "close"])
def test_a_client_that_sends_its_whole_body_first_has_its_answer_too(waiting: WaitingService, ends: str) -> None:
    with full(waiting, by_http):
        body = json.dumps({"key": ["image"], "value": [base64.b64encode(bytes(6_000_000)).decode()]}).encode()
        connection = http.client.HTTPConnection("127.0.0.1", waiting.service.http_port, timeout=TIMEOUT_S)
        for _ in range(5):
            connection.request("POST", "/ocr/prediction", body, {"Connection": ends})
            response = connection.getresponse()
            assert json.loads(response.read())["err_no"] == 8001
        connection.close()


def test_health_metrics_web_page_and_docs_are_not_refused(waiting: WaitingService) -> None:
    with full(waiting, by_http):
        for path in ("/healthz", "/readyz", "/metrics", "/", "/docs", "/openapi.json"):
            assert ask(waiting.service, path).status == 200


def test_grpc_refuses_by_a_status_that_tells_when_to_come_back(waiting: WaitingService) -> None:
    service = waiting.service
    with full(waiting, by_rpc):
        before = Metrics(service)
        with pytest.raises(grpc.RpcError) as refused:
            by_rpc(service)
        after = Metrics(service)
        assert_let_in_by_the_gateway(service)
    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert refused.value.details().startswith(MESSAGE)
    metadata = dict(refused.value.trailing_metadata())
    assert metadata["err-no"] == "8001"
    assert int(metadata["retry-after"]) >= 1
    assert int(metadata["grpc-retry-pushback-ms"]) == 1000 * int(metadata["retry-after"])
    counter = "pdserving_calls_refused_total"
    assert after.value(counter) - before.value(counter) == 1


def assert_let_in_by_the_gateway(service: Service) -> None:
    """It has room of its own, in which this request's time runs out."""
    connection = http.client.HTTPConnection("127.0.0.1", service.http_port, timeout=TIMEOUT_S)
    body = json.dumps({"images": [base64.b64encode(INVOICE).decode()]})
    connection.request("POST", "/predict/ocr_system", body, {"X-Request-Timeout": "0.2"})
    response = connection.getresponse()
    assert response.status == 504
    connection.close()


def test_a_grpc_client_with_a_retry_policy_comes_back_by_itself(waiting: WaitingService) -> None:
    policy = {
        "methodConfig": [
            {
                "name": [{}],
                "retryPolicy": {
                    "maxAttempts": 5,
                    "initialBackoff": "0.1s",
                    "maxBackoff": "1s",
                    "backoffMultiplier": 2,
                    "retryableStatusCodes": ["UNAVAILABLE", "RESOURCE_EXHAUSTED"],
                },
            }
        ]
    }
    service = waiting.service
    counter = "pdserving_calls_refused_total"
    options = [("grpc.service_config", json.dumps(policy)), ("grpc.enable_http_proxy", 0)]
    with grpc.insecure_channel(service.rpc_endpoint, options) as channel:
        with full(waiting, by_rpc):
            refused = Metrics(service).value(counter)
            answer = PipelineServiceStub(channel).inference.future(rpc_request(INVOICE), timeout=TIMEOUT_S)
            soon(lambda: Metrics(service).value(counter) > refused)
        assert answer.result().err_no == 0


def test_a_request_of_many_pictures_is_not_refused_in_its_middle(waiting: WaitingService) -> None:
    waiting.open()
    body = json.dumps({"images": [base64.b64encode(INVOICE).decode()] * 40}).encode()
    connection = http.client.HTTPConnection("127.0.0.1", waiting.service.http_port, timeout=TIMEOUT_S)
    connection.request("POST", "/predict/ocr_det", body)
    response = connection.getresponse()
    tree = json.loads(response.read())
    connection.close()
    assert (response.status, [len(lines) for lines in tree["results"]]) == (200, [INVOICE_LINES] * 40)


def test_a_client_that_hangs_up_leaves_its_place_at_once(waiting: WaitingService) -> None:
    service = waiting.service
    waiting.shut()
    head = b"POST /ocr/prediction HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    in_flight = "pdserving_requests_in_flight"
    with socket.create_connection(("127.0.0.1", service.http_port)) as one:
        with socket.create_connection(("127.0.0.1", service.http_port)) as other:
            for connection in (one, other):
                connection.sendall(head)
            soon(lambda: Metrics(service).value(in_flight) == ROOM)
            assert announce(service, "/v1/ocr")[0].status == 503
        soon(lambda: Metrics(service).value(in_flight) == ROOM - 1)
        waiting.open()
        assert len(by_http(service).lines) == INVOICE_LINES
