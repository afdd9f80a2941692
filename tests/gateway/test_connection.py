"""What limits a connection, by a server in a thread of the tests: no process, no worker."""

import contextlib
import http.client
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from pdserving.config.schema import Limits
from tests.support.in_process import served
from tests.support.raw_http import RawAnswer, answer_to, connected, drip

HEADER_TIMEOUT_S, STALL_TIMEOUT_S = 0.3, 0.8
MIN_BODY_RATE = 100_000
LIMITS = Limits(
    max_header_bytes=4096,
    header_timeout_s=HEADER_TIMEOUT_S,
    stall_timeout_s=STALL_TIMEOUT_S,
    min_body_rate=MIN_BODY_RATE,
)
POST = b"POST /refused HTTP/1.1\r\nHost: a\r\n"
MUCH = 20_000_000  # bytes, more than the system's buffers hold


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse `/refused` by its head alone, and answer anything else when its body has come."""
    refused = scope["path"] == "/refused"
    message: Message = {"more_body": not refused}
    size = 0
    while message.get("more_body", False):
        message = await receive()
        size += len(message.get("body", b""))
    body = bytes(30_000) if scope["path"] == "/much" else str(size).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 503 if refused else 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a server with small limits."""
    with served(answer, LIMITS) as port:
        yield port


def refusal(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    """The status and the error of the next answer on a connection."""
    found = answer_to(connection)
    return found.status, found.error


def time_until_cut_off(connection: socket.socket, data: bytes) -> float:
    """Seconds for which something could be sent over and over."""
    began = time.monotonic()
    while time.monotonic() < began + 60:
        try:
            connection.sendall(data)
        except ConnectionError:
            return time.monotonic() - began
        time.sleep(0.01)
    raise AssertionError("the connection is still open")


def test_a_connection_that_asks_nothing_is_closed_without_an_answer(port: int) -> None:
    with connected(port) as connection:
        assert connection.recv(1) == b""


def test_a_head_that_does_not_end_is_answered_with_the_limit(port: int) -> None:
    with connected(port) as begun, connected(port) as half:
        begun.sendall(b"P")
        half.sendall(POST + b"X-Half: ")
        for connection in (begun, half):
            status, error = refusal(connection)
            assert (status, error["code"]) == (408, "headers_too_slow")
            assert error["message"].endswith(f"within header_timeout_s, {HEADER_TIMEOUT_S} s")
            assert connection.recv(1) == b""


def test_a_head_that_comes_byte_by_byte_gets_no_more_time(port: int) -> None:
    with connected(port) as connection:
        drip(connection, POST + b"X: " + b"a" * 2000)
        assert refusal(connection)[1]["code"] == "headers_too_slow"


def test_blank_lines_between_requests_keep_no_connection_open(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answer_to(connection).status == 200
        assert time_until_cut_off(connection, b"\r\n") < 5


@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"])
def test_a_head_that_is_too_large_is_refused_with_the_limit(port: int, end: bytes) -> None:
    with connected(port) as connection:
        connection.sendall(POST)
        for _ in range(3):
            connection.sendall(b"X: " + b"a" * 2000 + b"\r\n")
        connection.sendall(b"X: " + end)
        status, error = refusal(connection)
        assert (status, error["code"]) == (431, "headers_too_large")
        assert error["message"].endswith("the limit max_header_bytes is 4096")
        assert error["request_id"]
        assert connection.recv(1) == b""


def test_requests_after_each_other_on_one_connection_are_answered(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for body in (b"", b"abc", b""):
        connection.request("POST", "/", body, headers={"X-Long": "x" * 3000})
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, str(len(body)).encode())
    connection.close()


@pytest.mark.parametrize("ends", [b"keep-alive", b"close"])
def test_a_client_that_sends_all_before_it_reads_can_read_why_it_was_refused(port: int, ends: bytes) -> None:
    for _ in range(5):
        with connected(port) as connection:
            connection.sendall(POST + b"Connection: " + ends + b"\r\nContent-Length: %d\r\n\r\n" % MUCH)
            connection.sendall(bytes(MUCH))
            assert answer_to(connection) == RawAnswer(503, "0")


def test_a_client_that_sends_a_head_without_end_can_read_why_it_was_refused(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(POST + b"X: ")
        connection.sendall(b"a" * MUCH)
        assert refusal(connection)[1]["code"] == "headers_too_large"


def test_what_is_no_http_can_be_sent_whole_too(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(POST + b"No header\r\n" + bytes(MUCH))
        assert answer_to(connection).status == 400


def test_a_connection_serves_on_when_a_body_that_nobody_read_has_come(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(POST + b"Content-Length: 6\r\n\r\nabc")
        assert answer_to(connection) == RawAnswer(503, "0")
        time.sleep(0.1)
        connection.sendall(b"def" + b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
        assert answer_to(connection) == RawAnswer(200, "1")
        time.sleep(STALL_TIMEOUT_S + 0.2 - HEADER_TIMEOUT_S)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answer_to(connection) == RawAnswer(200, "0")


@pytest.mark.parametrize(("method", "ends"), [(b"GET", b"keep-alive"), (b"POST", b"close")])
def test_a_body_that_nobody_reads_keeps_no_connection_open(port: int, method: bytes, ends: bytes) -> None:
    with connected(port) as connection:
        head = method + b" /refused HTTP/1.1\r\nHost: a\r\nConnection: " + ends
        connection.sendall(head + b"\r\nContent-Length: 100000000\r\n\r\n")
        assert answer_to(connection).status == 503
        assert STALL_TIMEOUT_S / 2 < time_until_cut_off(connection, b"x") < 5


def test_a_client_that_may_ask_no_more_is_told_at_once(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(POST + b"Connection: close\r\nContent-Length: 100\r\n\r\nx")
        assert answer_to(connection) == RawAnswer(503, "0")
        connection.settimeout(STALL_TIMEOUT_S / 2)
        assert connection.recv(1) == b""


def test_nothing_is_answered_on_a_connection_that_ends(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(POST + b"Connection: close\r\nContent-Length: 6\r\n\r\nabc")
        assert answer_to(connection) == RawAnswer(503, "0")
        connection.sendall(b"defGET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert connection.recv(1) == b""


@pytest.mark.parametrize("ends", [b"keep-alive", b"close"])
def test_a_server_that_ends_does_not_wait_for_a_client_that_has_its_answer(ends: bytes) -> None:
    with contextlib.ExitStack() as clients:
        with served(answer, Limits(stall_timeout_s=60)) as port:
            connection = clients.enter_context(connected(port))
            connection.sendall(POST + b"Connection: " + ends + b"\r\nContent-Length: 100\r\n\r\nx")
            assert answer_to(connection) == RawAnswer(503, "0")
            began = time.monotonic()
        assert time.monotonic() - began < 5


@contextlib.contextmanager
def asking_much(port: int) -> Iterator[socket.socket]:
    """A connection with answers of megabytes on their way, into a small buffer."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(60)
        connection.connect(("127.0.0.1", port))
        connection.sendall(b"GET /much HTTP/1.1\r\nHost: a\r\n\r\n" * 400)
        yield connection


def take(connection: socket.socket, size: int) -> None:
    while size:
        piece = connection.recv(size)
        assert piece
        size -= len(piece)


@pytest.mark.parametrize("taken", [0, MIN_BODY_RATE // 100])
def test_a_client_that_takes_its_answers_too_slowly_is_cut_off(port: int, taken: int) -> None:
    def go_on() -> None:
        for _ in range(600):
            take(connection, taken)
            connection.send(b"\r\n")  # the next one after the end is an error
            time.sleep(0.1)

    with asking_much(port) as connection, pytest.raises(ConnectionError):
        go_on()


def test_a_client_that_takes_its_answers_quickly_enough_is_not_cut_off(port: int) -> None:
    with asking_much(port) as connection:
        for _ in range(round(10 * 2 * STALL_TIMEOUT_S)):
            take(connection, 3 * MIN_BODY_RATE // 10)
            time.sleep(0.1)
