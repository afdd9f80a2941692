"""How a body may come, and how deep it may be, whatever the protocol."""

from tests.support.hub import post_hub
from tests.support.in_process import Gateway
from tests.support.raw_http import answer_to, connected, drip
from tests.support.rest import send_json
from tests.support.talking import post

HEAD = b"POST /v1/ocr HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
DEEP = b'{"a": ' * 5 + b"1" + b"}" * 5


def test_a_body_that_drips_is_answered_with_the_rate(small_gateway: Gateway) -> None:
    with connected(small_gateway.http_port) as connection:
        connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
        drip(connection, b" " * 1000)
        answer = answer_to(connection)
        assert (answer.status, answer.error["code"]) == (408, "body_too_slow")
        assert "accepted: min_body_rate, 100000 bytes a second" in answer.error["message"]


def test_json_that_is_too_deep_is_refused_with_the_limit(small_gateway: Gateway) -> None:
    message = "the body's objects and lists are nested too deep; the limit max_json_depth is 4"
    assert send_json(small_gateway, DEEP).error == (400, "json_too_deep", message)
    answer = post(small_gateway, DEEP)
    assert (answer.status, answer.err_no, answer.err_msg) == (400, 5017, message)
    hub = post_hub(small_gateway, "ocr_system", DEEP)
    assert (hub.http_status, hub.msg) == (400, message)


def test_a_client_that_hangs_up_disturbs_nobody(small_gateway: Gateway) -> None:
    with connected(small_gateway.http_port) as connection:
        connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n{")
    assert send_json(small_gateway, b'{"files": [{"content": "aGk="}]}').status == 200
