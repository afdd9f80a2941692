"""Limits that hold for every route: what is sent too slowly, too deep, too large or with too many lines."""

import socket

import grpc
import pytest

from pdserving.protocol import PipelineServiceStub, Request
from tests.support.drawing import drawn_png
from tests.support.hub import ask_hub
from tests.support.paths import SAMPLES
from tests.support.raw_http import answer_to, closed, connected
from tests.support.rest import read
from tests.support.running import Service
from tests.support.small_limits import HEADER_TIMEOUT_S, MAX_MESSAGE_BYTES, STALL_TIMEOUT_S
from tests.support.talking import Answer, ask_http, ask_rpc, rpc_request, rpc_tensor

HEAD = b"POST /v1/ocr HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
BLANK = (SAMPLES / "blank.png").read_bytes()


# Of HTTP/2: a client's preface with empty settings, and that it has the server's.
GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
ACKNOWLEDGED = bytes([0, 0, 0, 4, 1, 0, 0, 0, 0])


@pytest.mark.parametrize("said", [b"", GREETING, GREETING + ACKNOWLEDGED], ids=["nothing", "greeting", "settings"])
def test_a_connection_of_grpc_whose_client_answers_nothing_is_closed(small: Service, said: bytes) -> None:
    # gRPC's own times for what follows a greeting are a minute.
    with socket.create_connection(("127.0.0.1", small.rpc_port), timeout=40) as connection:
        connection.sendall(said)
        assert closed(connection)


def test_a_head_that_does_not_end_is_answered_with_the_limit(small: Service) -> None:
    with connected(small.http_port) as begun, connected(small.http_port) as no_end, connected(small.http_port) as half:
        begun.sendall(b"P")
        no_end.sendall(HEAD)
        half.sendall(HEAD + b"X-Half: ")
        for connection in (begun, no_end, half):
            answer = answer_to(connection)
            assert (answer.status, answer.error["code"]) == (408, "headers_too_slow")
            assert answer.error["message"].endswith(f"within header_timeout_s, {HEADER_TIMEOUT_S} s")
            assert answer.error["request_id"]
        assert closed(begun)


@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"])
def test_a_head_that_is_too_large_is_refused_with_the_limit(small: Service, end: bytes) -> None:
    with connected(small.http_port) as connection:
        connection.sendall(HEAD)
        for _ in range(3):
            connection.sendall(b"X: " + b"a" * 2000 + b"\r\n")
        connection.sendall(b"X: " + end)
        answer = answer_to(connection)
        assert (answer.status, answer.error["code"]) == (431, "headers_too_large")
        assert answer.error["message"].endswith("the limit max_header_bytes is 4096")
        assert closed(connection)


def test_a_body_that_stalls_is_answered_with_the_limit_in_the_form_of_its_protocol(small: Service) -> None:
    with connected(small.http_port) as rest, connected(small.http_port) as pipeline, connected(small.http_port) as hub:
        rest.sendall(HEAD + b"Content-Length: 1000\r\n\r\n{")
        pipeline.sendall(HEAD.replace(b"/v1/ocr", b"/ocr/prediction") + b"Content-Length: 9\r\n\r\n")
        hub.sendall(HEAD.replace(b"/v1/ocr", b"/predict/ocr_system") + b"Content-Length: 9\r\n\r\n")
        message = f"nothing of the body came for stall_timeout_s, {STALL_TIMEOUT_S} s"
        answer = answer_to(rest)
        assert (answer.status, answer.error["code"], answer.error["message"]) == (408, "body_too_slow", message)
        answer = answer_to(pipeline)
        assert (answer.status, answer.error["err_no"], answer.error["err_msg"]) == (408, 6003, message)
        answer = answer_to(hub)
        assert (answer.status, answer.error["status"], answer.error["msg"]) == (408, "-1", message)


@pytest.mark.parametrize("size", [MAX_MESSAGE_BYTES, 2 * MAX_MESSAGE_BYTES - 100])
def test_a_message_over_the_limit_is_refused_with_the_limit(small: Service, size: int) -> None:
    request = rpc_tensor(elem_type=13, byte_data=bytes(size))
    answer = ask_rpc(small, request)
    assert (answer.err_no, answer.value) == (5011, None)
    assert answer.err_msg == (
        f"the message has {request.ByteSize()} bytes; the limit max_message_bytes is {MAX_MESSAGE_BYTES}"
    )


def test_a_message_far_over_the_limit_is_refused_by_grpc_unread(small: Service) -> None:
    with grpc.insecure_channel(small.rpc_endpoint, [("grpc.enable_http_proxy", 0)]) as channel:
        with pytest.raises(grpc.RpcError) as caught:
            PipelineServiceStub(channel).inference(
                rpc_tensor(elem_type=13, byte_data=bytes(3 * MAX_MESSAGE_BYTES)), timeout=60
            )
        assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert PipelineServiceStub(channel).inference(rpc_request(BLANK), timeout=60).err_no == 0


def test_metadata_over_the_limit_is_refused_by_grpc(small: Service) -> None:
    with grpc.insecure_channel(small.rpc_endpoint, [("grpc.enable_http_proxy", 0)]) as channel:
        with pytest.raises(grpc.RpcError) as caught:
            PipelineServiceStub(channel).inference(Request(), timeout=60, metadata=[("x", "a" * 5000)])
        assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_page_of_too_many_lines_is_refused_with_the_limit(small: Service) -> None:
    def page(lines: int) -> bytes:
        return drawn_png({(20, 20 + 70 * line): f"Line number {line}" for line in range(lines)}, (400, 400))

    def refused(answer: Answer) -> bool:
        return answer.err_no == 5016 and answer.err_msg == "the picture has 5 lines; the limit max_lines is 3"

    assert len(ask_http(small, page(3)).lines) == 3
    answer = ask_http(small, page(5))
    assert answer.status == 413
    assert refused(answer)
    assert refused(ask_rpc(small, rpc_request(page(5))))
    assert ask_hub(small, "ocr_system", page(5)).http_status == 413
    assert read(small, page(5)).error[:2] == (413, "too_many_lines")
