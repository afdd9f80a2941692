"""Every answer carries its request's id: the client's own where it is sane."""

import re
import socket

import pytest

from pdserving.gateway.request_id import request_id
from tests.support.in_process import Gateway
from tests.support.talking import TIMEOUT_S, ask

NEW_ID = re.compile(r"[0-9a-f]{32}")


@pytest.mark.parametrize("sent", ["a", "order-4711/page_2", "~!{}\"'<>%00", "x" * 128])
def test_a_clients_id_comes_back(gateway: Gateway, sent: str) -> None:
    reply = ask(gateway, "/healthz", headers={"X-Request-ID": sent})
    assert reply.headers.get_all("x-request-id") == [sent]


@pytest.mark.parametrize("sent", ["", "x" * 129, "a b", "a\tb", "é", "a\xff"])
def test_an_id_that_is_not_sane_is_replaced(gateway: Gateway, sent: str) -> None:
    reply = ask(gateway, "/healthz", headers={"X-Request-ID": sent})
    (found,) = reply.headers.get_all("x-request-id") or []
    assert NEW_ID.fullmatch(found)


def test_requests_without_an_id_get_one_each(gateway: Gateway) -> None:
    first, second = (ask(gateway, "/healthz").headers["x-request-id"] for _ in range(2))
    assert NEW_ID.fullmatch(first)
    assert NEW_ID.fullmatch(second)
    assert first != second


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/no/such/path"), ("GET", "/ocr/prediction"), ("POST", "/healthz")]
)
def test_refused_requests_have_their_id_too(gateway: Gateway, method: str, path: str) -> None:
    reply = ask(gateway, path, method, headers={"X-Request-ID": "mine"})
    assert reply.status in (404, 405)
    assert reply.headers["x-request-id"] == "mine"


def test_of_several_ids_the_first_sane_one_is_taken(gateway: Gateway) -> None:
    ids = b"X-Request-ID: not sane\r\nX-REQUEST-ID: sane\r\nx-request-id: late\r\n"
    head = b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + ids + b"\r\n"
    with socket.create_connection(("127.0.0.1", gateway.http_port), timeout=TIMEOUT_S) as connection:
        connection.sendall(head)
        assert b"x-request-id: sane\r\n" in connection.recv(4096).lower()


@pytest.mark.parametrize("value", [b"\x7f", b"a\nb", b"\x00", b"mine\n", b" mine"])
def test_what_a_server_may_let_through_is_replaced_too(value: bytes) -> None:
    assert NEW_ID.fullmatch(request_id([(b"host", b"x"), (b"x-request-id", value)]))
