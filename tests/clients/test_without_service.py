"""The clients where no OCR service answers."""

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.answering_server import FixedAnswer, answering_server
from tests.support.client_process import HTTP_CLIENT, HUB_CLIENT, RPC_CLIENT, ClientProgram

over_http = pytest.mark.parametrize("program", [HTTP_CLIENT, HUB_CLIENT], ids=["http", "hub"])


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()
    return f"{host}:{port}"


@pytest.fixture
def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return address_of(listener)


STRANGERS = {
    "/page": FixedAnswer(200, "text/html", b"<html><title>Welcome</title></html>"),
    "/proxy": FixedAnswer(502, "text/html", b"<h1>Bad Gateway</h1>"),
    "/list": FixedAnswer(200, "application/json", b"[1, 2]"),
    "/other": FixedAnswer(404, "application/json", b'{"detail": "Not Found"}'),
    "/empty": FixedAnswer(200, "application/json", b""),
    "/deep": FixedAnswer(200, "application/json", b"[" * 100_000),
}
NO_RESULT = {
    "/no-result": FixedAnswer(200, "application/json", b'{"err_no": 0, "err_msg": "", "key": [], "value": []}'),
    "/bad-result": FixedAnswer(
        200, "application/json", b'{"err_no": 0, "err_msg": "", "key": ["result"], "value": ["[1]"]}'
    ),
}


@pytest.fixture
def stranger() -> Iterator[str]:
    """The address of an HTTP server that is no OCR service."""
    with answering_server(STRANGERS | NO_RESULT) as address:
        yield address


def assert_failed(ended: subprocess.CompletedProcess[str], image: Path, *said: str) -> None:
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"{image}: ")
    for words in said:
        assert words in line


def test_nothing_listening_is_said_in_a_sentence(program: ClientProgram, image: Path, free_address: str) -> None:
    assert_failed(program.run(image, address=free_address), image, free_address, "Connection refused")


def test_a_server_that_stays_silent_is_given_up_in_time(
    program: ClientProgram, image: Path, silent_listener: socket.socket
) -> None:
    started = time.monotonic()
    ended = program.run(image, "--timeout", "0.5", address=address_of(silent_listener))
    assert time.monotonic() - started < 20
    assert_failed(ended, image, "no answer", "within 0.5 seconds")


def test_ctrl_c_ends_a_waiting_client_at_once(
    program: ClientProgram, image: Path, silent_listener: socket.socket
) -> None:
    command = program.command(image, image, "--concurrency", "2", address=address_of(silent_listener))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        connection, _ = silent_listener.accept()
        with connection:
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert (output, errors) == (b"", b"")


@over_http
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/page", "HTTP 200 OK, <html><title>Welcome</title></html>"),
        ("/proxy", "HTTP 502 Bad Gateway, <h1>Bad Gateway</h1>"),
        ("/list", "HTTP 200 OK, [1, 2]"),
        ("/other", "Not Found"),
        ("/empty", "an empty body"),
        ("/deep", "did not answer as an OCR service"),
    ],
)
def test_an_answer_of_another_web_server_is_quoted(
    program: ClientProgram, image: Path, stranger: str, path: str, said: str
) -> None:
    assert_failed(program.run(image, address=f"http://{stranger}{path}"), image, said)


@pytest.mark.parametrize(("path", "said"), [("/no-result", "holds no 'result'"), ("/bad-result", "cannot be read")])
def test_a_pipeline_without_a_result_is_an_error(image: Path, stranger: str, path: str, said: str) -> None:
    assert_failed(HTTP_CLIENT.run(image, address=f"http://{stranger}{path}"), image, said)


def test_a_web_server_on_the_grpc_port_is_an_error(image: Path, stranger: str) -> None:
    assert_failed(RPC_CLIENT.run(image, address=stranger), image, f"no service at {stranger}")


@over_http
def test_a_server_that_does_not_speak_http_is_an_error(
    program: ClientProgram, image: Path, silent_listener: socket.socket
) -> None:
    def answer() -> None:
        connection, _ = silent_listener.accept()
        with connection:
            connection.recv(2**20)
            connection.sendall(b"220 mail.example.com ESMTP\r\n")

    thread = threading.Thread(target=answer)
    thread.start()
    ended = program.run(image, address=address_of(silent_listener))
    thread.join()
    assert_failed(ended, image, "no complete HTTP answer")


def test_wrong_usage_exits_with_two(program: ClientProgram, image: Path, tmp_path: Path, free_address: str) -> None:
    for arguments in ([tmp_path / "missing.png"], [image, "--no-such-flag"], []):
        ended = program.run(*arguments, address=free_address)
        assert ended.returncode == 2
        assert ended.stderr.startswith("usage: ")
        assert "Traceback" not in ended.stderr


@over_http
@pytest.mark.parametrize("address", ["ftp://x/y", "http://", "http://host:port/", "http://127.0.0.1:1/a b", "/path"])
def test_a_malformed_url_is_wrong_usage(program: ClientProgram, image: Path, address: str) -> None:
    assert program.run(image, address=address).returncode == 2


@pytest.mark.parametrize("address", ["localhost", "localhost:0", "localhost:99999", "http://localhost:1", ":18091"])
def test_a_malformed_endpoint_is_wrong_usage(image: Path, address: str) -> None:
    assert RPC_CLIENT.run(image, address=address).returncode == 2
