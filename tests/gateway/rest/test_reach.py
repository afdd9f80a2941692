"""No route reads a path or fetches an address that a client names."""

import base64
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer

import pytest

from tests.support.documents import pdf_of
from tests.support.paths import SAMPLES
from tests.support.rest import JSON, PATH, OcrReply, ask_rest, end, part, read, send_form, send_json
from tests.support.running import Service

BLANK = (SAMPLES / "blank.png").read_bytes()
SECRET = "what only this file says: 4f1d8c"  # noqa: S105


class Listener:
    """Counts the connections to a port of its own."""

    def __init__(self) -> None:
        self.connections: list[object] = []
        listener = self

        class Handler(BaseRequestHandler):
            def handle(self) -> None:
                listener.connections.append(self.client_address)

        self.server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/x.png"


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A listener that is gone afterwards."""
    found = Listener()
    thread = threading.Thread(target=found.server.serve_forever)
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file whose content no answer may hold."""
    path = tmp_path / "secret.png"
    path.write_text(SECRET)
    return path


def names(listener: Listener, secret: Path) -> list[str]:
    return [
        "../../../../../../etc/passwd",
        "/etc/passwd",
        str(secret),
        f"file://{secret}",
        f"@{secret}",
        f"\\\\127.0.0.1@{listener.server.server_address[1]}\\x",
        listener.url,
        listener.url.replace("http://", "//"),
        listener.url.replace("http://", "ftp://"),
        f"data:image/png,{listener.url}",
    ]


def assert_gives_nothing_away(replies: list[OcrReply], listener: Listener) -> None:
    for reply in replies:
        assert reply.status < 500
        assert SECRET.encode() not in reply.body
        assert b"root:" not in reply.body
        assert b"daemon" not in reply.body
    assert listener.connections == []


def test_as_the_name_of_a_file(service: Service, listener: Listener, secret: Path) -> None:
    for name in names(listener, secret):
        replies = [
            read(service, (name, BLANK), format=form, visualize=True) for form in ("json", "text", "hocr", "pdf")
        ]
        content = base64.b64encode(BLANK).decode()
        replies.append(send_json(service, json.dumps({"files": [{"name": name, "content": content}]}).encode()))
        assert [reply.status for reply in replies] == [200] * 5
        assert_gives_nothing_away(replies, listener)


def test_as_the_content_of_a_file(service: Service, listener: Listener, secret: Path) -> None:
    for name in names(listener, secret):
        encoded = base64.b64encode(name.encode()).decode()
        bodies: list[tuple[str, object]] = []
        for content in (name, encoded):
            bodies.append((PATH, {"files": [{"content": content}]}))
            bodies.append(("/predict/ocr_system", {"images": [content]}))
            bodies.append(("/ocr/prediction", {"key": ["image"], "value": [content]}))
        replies = [
            ask_rest(service, path, "POST", json.dumps(body).encode(), {"Content-Type": JSON}) for path, body in bodies
        ]
        replies.append(read(service, name.encode()))
        replies.append(send_form(service, part(name) + end()))
        assert all(400 <= reply.status < 500 for reply in replies)
        assert_gives_nothing_away(replies, listener)


@pytest.mark.parametrize(
    "option", ["file", "files", "url", "image_url", "path", "pages", "format", "boxes", "det_limit_type", "dpi"]
)
def test_as_an_option(service: Service, listener: Listener, secret: Path, option: str) -> None:
    files = [{"content": base64.b64encode(BLANK).decode()}]
    for name in names(listener, secret):
        replies = [
            send_form(service, part(BLANK, filename="a.png") + part(name, option) + end()),
            send_json(service, json.dumps({"files": files, option: name}).encode()),
            ask_rest(service, "/predict/ocr_system", "POST", json.dumps({"images": [], option: name}).encode()),
            ask_rest(service, "/ocr/prediction", "POST", json.dumps({"key": [option], "value": [name]}).encode()),
        ]
        assert all(400 <= reply.status < 500 for reply in replies)
        assert_gives_nothing_away(replies, listener)


def test_as_a_header(service: Service, listener: Listener, secret: Path) -> None:
    headers = ("Host", "Referer", "X-Forwarded-For", "X-Forwarded-Host", "X-Original-URL", "Content-Location")
    for name in names(listener, secret):
        form = part(BLANK, filename="a.png") + end()
        assert_gives_nothing_away([send_form(service, form, "", **{header: name}) for header in headers], listener)


def test_in_a_pdf(service: Service, listener: Listener, secret: Path) -> None:
    launch = b"<</S/URI/URI(" + listener.url.encode() + b")>>"
    form = b"<</Type/XObject/Subtype/Image/Width 9/Height 9/F(" + str(secret).encode() + b")/Length 0>>"
    data = pdf_of(b"q 100 0 0 100 0 0 cm /X Do Q").replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction " + launch)
    data = data.replace(b"/Font <<", b"/XObject <</X " + form + b">> /Font <<")
    assert launch in data
    assert form in data
    assert_gives_nothing_away([read(service, data), read(service, data, format="pdf", visualize=True)], listener)


@pytest.mark.parametrize(
    "path",
    [
        "/docs/assets/../../../../../../etc/passwd",
        "/docs/assets/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/docs/assets/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/docs/assets//etc/passwd",
        "/page/../../../etc/passwd",
        "/v1/../etc/passwd",
        "//etc/passwd",
    ],
)
def test_as_a_path(service: Service, path: str) -> None:
    for method in ("GET", "POST"):
        reply = ask_rest(service, path, method)
        assert reply.error[0] in (404, 405)
