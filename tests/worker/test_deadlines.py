"""A request past its deadline, or whose client has gone, is given up before its next batch, and the others go on."""

import base64
import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

from pdserving.protocol import RPC_INFERENCE, PipelineServiceStub
from tests.support.documents import pdf_of, written
from tests.support.observing import Metrics, log_line, soon
from tests.support.paths import SAMPLES
from tests.support.rest import FORM, end, part
from tests.support.running import Service
from tests.support.talking import TIMEOUT_S, ask_http, ask_rpc, rpc_request
from tests.support.waiting_service import WaitingService, waiting_service

pytestmark = pytest.mark.service

INVOICE = (SAMPLES / "invoice.png").read_bytes()
IMAGE = base64.b64encode(INVOICE).decode()
INVOICE_LINES = 4
PLACES = 2
PICTURES = 12

BODIES = {
    "/ocr/prediction": {"key": ["image"], "value": [IMAGE]},
    "/predict/ocr_system": {"images": [IMAGE]},
    "/v1/ocr": {"files": [{"content": IMAGE}]},
}


@pytest.fixture(scope="module")
def waiting_module(models: None) -> Iterator[WaitingService]:
    """A service that computes one batch at a time, and has two pages in its pipeline."""
    with waiting_service(f"worker_num={PLACES}", "compute_threads=1") as waiting:
        yield waiting


@pytest.fixture
def waiting(waiting_module: WaitingService) -> Iterator[WaitingService]:
    """The service with its door shut, and a page that stands before it."""
    waiting_module.shut()
    with ThreadPoolExecutor(1) as client:
        try:
            first = client.submit(ask_rpc, waiting_module.service, rpc_request(INVOICE))
            waiting_module.arrived()
            yield waiting_module
        finally:
            waiting_module.let_go()
        assert len(first.result().lines) == INVOICE_LINES
    assert len(ask_http(waiting_module.service, INVOICE).lines) == INVOICE_LINES


class Counts:
    """What has been counted since."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._before = Metrics(service)

    def dropped(self, reason: str) -> int:
        return self._grown("pdserving_pages_dropped_total", reason=reason)

    @property
    def detected(self) -> int:
        """Pages that were decoded and computed."""
        return self._grown("pdserving_batch_size_sum", stage="det")

    def _grown(self, name: str, **labels: str) -> int:
        return int(Metrics(self._service).value(name, **labels) - self._before.value(name, **labels))


def call(service: Service, during: Callable[[grpc.Future], None], timeout_s: float = TIMEOUT_S) -> grpc.StatusCode:
    """The status of a gRPC call."""
    with grpc.insecure_channel(service.rpc_endpoint, [("grpc.enable_http_proxy", 0)]) as channel:
        answer = PipelineServiceStub(channel).inference.future(rpc_request(INVOICE), timeout=timeout_s)
        during(answer)
        code: grpc.StatusCode = answer.code()
    return code


def queued(service: Service, pages: int) -> None:
    """Wait until so many pages are in the pipeline."""
    soon(lambda: Metrics(service).value("pdserving_pages_in_flight") == pages)


def test_a_call_whose_time_is_up_in_the_queue_is_given_up(waiting: WaitingService) -> None:
    counts = Counts(waiting.service)
    code = call(waiting.service, lambda answer: queued(waiting.service, PLACES), timeout_s=5)
    assert code is grpc.StatusCode.DEADLINE_EXCEEDED
    waiting.let_go()
    soon(lambda: counts.dropped("deadline") == 1)
    assert (counts.dropped("client_gone"), counts.detected) == (0, 1)


def test_a_call_that_is_cancelled_in_the_queue_is_given_up(waiting: WaitingService) -> None:
    counts = Counts(waiting.service)

    def cancel(answer: grpc.Future) -> None:
        queued(waiting.service, PLACES)
        answer.cancel()

    assert call(waiting.service, cancel) is grpc.StatusCode.CANCELLED
    waiting.let_go()
    soon(lambda: counts.dropped("client_gone") == 1)
    assert (counts.dropped("deadline"), counts.detected) == (0, 1)


def test_a_call_that_is_cancelled_before_it_has_a_place_is_given_up(waiting: WaitingService) -> None:
    service = waiting.service
    counts = Counts(service)
    with ThreadPoolExecutor(1) as client:
        second = client.submit(ask_rpc, service, rpc_request(INVOICE))
        queued(service, PLACES)

        def cancel(answer: grpc.Future) -> None:
            soon(lambda: Metrics(service).value("pdserving_requests_waiting") == 1)
            answer.cancel()

        assert call(service, cancel) is grpc.StatusCode.CANCELLED
        waiting.let_go()
        assert len(second.result().lines) == INVOICE_LINES
    soon(lambda: counts.dropped("client_gone") == 1)
    assert counts.detected == 2


def test_calls_that_send_no_message_keep_nobody_from_the_pipeline(waiting_module: WaitingService) -> None:
    service = waiting_module.service
    waiting_module.open()
    over = threading.Event()

    def silence() -> Iterator[bytes]:
        over.wait()
        yield from ()

    with grpc.insecure_channel(service.rpc_endpoint, [("grpc.enable_http_proxy", 0)]) as channel:
        silent = [channel.stream_unary(RPC_INFERENCE).future(silence()) for _ in range(2 * PLACES)]
        try:
            for _ in range(2):  # a call on the same connection comes after those
                assert len(ask_http(service, INVOICE).lines) == INVOICE_LINES
                assert len(PipelineServiceStub(channel).inference(rpc_request(INVOICE), timeout=TIMEOUT_S).value) > 0
            assert not any(call.done() for call in silent)
        finally:
            over.set()


@pytest.mark.parametrize("path", BODIES)
def test_a_client_of_http_may_have_less_time(waiting: WaitingService, path: str) -> None:
    service = waiting.service
    counts = Counts(service)
    with hanging(service, path, json.dumps(BODIES[path]).encode(), "X-Request-Timeout: 5") as connection:
        queued(service, PLACES)
        response = http.client.HTTPResponse(connection)
        response.begin()
        text = response.read().decode()
    assert response.status == 504
    assert "no answer within X-Request-Timeout, 5 s" in text
    waiting.let_go()
    soon(lambda: counts.dropped("deadline") == 1)
    assert (counts.dropped("client_gone"), counts.detected) == (0, 1)


@pytest.mark.parametrize("path", BODIES)
def test_a_time_that_is_none_is_refused_in_the_protocols_form(waiting_module: WaitingService, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", waiting_module.service.http_port, timeout=TIMEOUT_S)
    connection.request("POST", path, json.dumps(BODIES[path]), {"X-Request-Timeout": "soon"})
    response = connection.getresponse()
    tree = json.loads(response.read())
    connection.close()
    assert response.status == 400
    message = "X-Request-Timeout is 'soon'; accepted: seconds above 0, such as 2.5"
    assert message in (tree.get("err_msg"), tree.get("msg"), tree.get("error", {}).get("message"))


@pytest.mark.parametrize("path", BODIES)
def test_what_a_client_of_http_leaves_behind_is_given_up(waiting: WaitingService, path: str) -> None:
    service = waiting.service
    counts = Counts(service)
    with hanging(service, path, json.dumps(BODIES[path]).encode(), f"X-Request-ID: gone-{path}"):
        queued(service, PLACES)
    soon(lambda: Metrics(service).value("pdserving_requests_in_flight") == 0)
    waiting.let_go()
    soon(lambda: counts.dropped("client_gone") == 1)
    assert (counts.dropped("deadline"), counts.detected) == (0, 1)
    line = json.loads(log_line(service, f"gone-{path}"))
    assert (line["status"], line["error_code"]) == (499, "client_gone")


@pytest.mark.parametrize("kind", ["pictures", "pages"])
def test_of_many_pictures_those_to_come_are_not_begun(waiting: WaitingService, kind: str) -> None:
    service = waiting.service
    counts = Counts(service)
    if kind == "pictures":
        path, media_type, body = "/predict/ocr_system", "application/json", json.dumps({"images": [IMAGE] * PICTURES})
        data = body.encode()
    else:
        pdf = pdf_of(*[written("A page")] * PICTURES)
        path, media_type, data = "/v1/ocr", FORM, part(pdf, filename="a.pdf") + end()
    with hanging(service, path, data, f"Content-Type: {media_type}"):
        queued(service, PLACES)
    soon(lambda: Metrics(service).value("pdserving_requests_in_flight") == 0)
    assert Metrics(service).value("pdserving_pictures_waiting") == 0
    waiting.let_go()
    soon(lambda: counts.dropped("client_gone") >= 1)
    assert counts.dropped("client_gone") <= PLACES
    assert counts.detected == 1


@pytest.fixture(scope="module")
def hasty(models: None) -> Iterator[WaitingService]:
    """A service that gives a request two seconds, and has one page in its pipeline."""
    with waiting_service("worker_num=1", "limits.request_timeout_s=2") as hasty:
        yield hasty


def test_a_call_without_a_deadline_has_the_services(hasty: WaitingService) -> None:
    counts = Counts(hasty.service)
    hasty.shut()
    with ThreadPoolExecutor(2) as clients:
        answers = [clients.submit(ask_rpc, hasty.service, rpc_request(INVOICE)) for _ in range(2)]
        hasty.arrived()
        response = http_answer(hasty.service)  # its time is up after theirs
        assert (response.status, response.headers["content-type"]) == (504, "application/json")
        hasty.let_go()
    assert [answer.result().err_no for answer in answers] == [6000, 6000]
    soon(lambda: counts.dropped("deadline") == 3)
    assert "no answer by the request's deadline" in answers[0].result().err_msg


def http_answer(service: Service) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", service.http_port, timeout=TIMEOUT_S)
    connection.request("POST", "/ocr/prediction", json.dumps(BODIES["/ocr/prediction"]))
    response = connection.getresponse()
    assert "no answer within request_timeout_s, 2 s" in response.read().decode()
    connection.close()
    return response


def test_a_call_that_sends_no_message_is_ended(hasty: WaitingService) -> None:
    hasty.open()
    with grpc.insecure_channel(hasty.service.rpc_endpoint, [("grpc.enable_http_proxy", 0)]) as channel:
        silent = channel.stream_unary(RPC_INFERENCE).future(never(), wait_for_ready=True, timeout=TIMEOUT_S)
        assert silent.code() is grpc.StatusCode.CANCELLED
    assert len(ask_rpc(hasty.service, rpc_request(INVOICE)).lines) == INVOICE_LINES


def never() -> Iterator[bytes]:
    """No message, as long as the call lasts."""
    threading.Event().wait(TIMEOUT_S)
    yield b""


def hanging(service: Service, path: str, body: bytes, header: str) -> socket.socket:
    """A connection whose request has been sent; its end hangs up."""
    connection = socket.create_connection(("127.0.0.1", service.http_port), timeout=TIMEOUT_S)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n{header}\r\n"
    if "Content-Type" not in header:
        head += "Content-Type: application/json\r\n"
    head += "\r\n"
    connection.sendall(head.encode() + body)
    return connection
