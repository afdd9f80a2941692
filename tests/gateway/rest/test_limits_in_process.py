"""Limits of a body that are met before a picture is read."""

import http.client
import socket

import pytest

from tests.support.in_process import Gateway
from tests.support.paths import SAMPLES
from tests.support.rest import BOUNDARY, PATH, OcrReply, ask_rest, end, part, read

BLANK = (SAMPLES / "blank.png").read_bytes()


def announce(gateway: Gateway, length: int) -> OcrReply:
    """What is answered to a request that announces a body and sends nothing of it."""
    with socket.create_connection(("127.0.0.1", gateway.http_port), timeout=60) as connection:
        head = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        connection.sendall(head.encode())
        with http.client.HTTPResponse(connection, method="POST") as response:
            response.begin()
            return OcrReply(response.status, response.headers, response.read())


def send_in_chunks(gateway: Gateway, body: bytes) -> OcrReply:
    """Send a form whose length is not announced."""
    chunks = (body[at : at + 65536] for at in range(0, len(body), 65536))
    encoded = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Transfer-Encoding": "chunked"}
    return ask_rest(gateway, PATH, "POST", encoded, headers)


def test_too_many_files_are_refused_with_the_limit(small_gateway: Gateway) -> None:
    status, code, message = read(small_gateway, *[BLANK] * 3).error
    assert (status, code) == (400, "too_many_images")
    assert message == "more than 2 files, the limit max_images"


@pytest.mark.parametrize("length", [1_200_001, 10**12])
def test_a_body_that_is_announced_too_large_is_not_waited_for(small_gateway: Gateway, length: int) -> None:
    status, code, message = announce(small_gateway, length).error
    assert (status, code) == (413, "body_too_large")
    assert message == f"the body has {length} bytes; the limit max_message_bytes is 1200000"


def test_a_body_that_turns_out_too_large_is_refused(small_gateway: Gateway) -> None:
    fitting = part(BLANK, filename="a.png") + end()
    assert send_in_chunks(small_gateway, fitting).status == 200
    status, code, message = send_in_chunks(small_gateway, part(b"x" * 1_200_000, filename="a.png") + end()).error
    assert (status, code) == (413, "body_too_large")
    assert message == "the body has more than 1200000 bytes, the limit max_message_bytes"
