"""Asks `POST /v1/ocr` over HTTP, and makes what is sent."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from tests.support.talking import Address, Reply

PATH = "/v1/ocr"
BOUNDARY = "----of-a-test"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
JSON = "application/json"

Tree = dict[str, Any]


@dataclass(frozen=True)
class OcrReply(Reply):
    """What came back; the form of an answer or error is checked when it is looked at."""

    @property
    def media_type(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def answer(self) -> Tree:
        """The JSON of an answer."""
        assert self.status == 200, self.body[:500]
        assert self.media_type == JSON
        tree: Tree = json.loads(self.body)
        assert set(tree) == {"request_id", "text", "pages"}
        return tree

    @property
    def page(self) -> Tree:
        """The only page of an answer."""
        (page,) = self.answer["pages"]
        assert isinstance(page, dict)
        return page

    @property
    def lines(self) -> list[Tree]:
        """The lines of the only page."""
        return list(self.page["lines"])

    @property
    def texts(self) -> list[str]:
        """The texts of the lines of the only page."""
        return [line["text"] for line in self.lines]

    @property
    def error(self) -> tuple[int, str, str]:
        """Status, code and message of an error that is the client's."""
        assert 400 <= self.status < 500, self.body[:500]
        assert self.media_type == JSON
        assert b"Traceback" not in self.body
        tree = json.loads(self.body)
        assert set(tree) == {"error"}
        error = tree["error"]
        assert set(error) == {"code", "message", "request_id"}
        assert all(isinstance(value, str) and value for value in error.values())
        return self.status, error["code"], error["message"]


ask_rest = OcrReply.to


def part(data: bytes | str, name: str | None = "file", filename: bytes | str | None = None) -> bytes:
    """A part of a form: a file where it has a file's name."""
    disposition = b"form-data"
    if name is not None:
        disposition += b'; name="' + name.encode() + b'"'
    if filename is not None:
        disposition += b'; filename="' + (filename if isinstance(filename, bytes) else filename.encode()) + b'"'
    content = data if isinstance(data, bytes) else data.encode()
    return b"--" + BOUNDARY.encode() + b"\r\nContent-Disposition: " + disposition + b"\r\n\r\n" + content + b"\r\n"


def end() -> bytes:
    """The boundary that ends a form."""
    return b"--" + BOUNDARY.encode() + b"--\r\n"


def send_form(service: Address, form: bytes, query: str = "", **headers: str) -> OcrReply:
    """Send the parts of a form."""
    return ask_rest(service, PATH + query, "POST", form, {"Content-Type": FORM, **headers})


def read(
    service: Address, *files: bytes | tuple[str, bytes], query: str = "", accept: str = "", **options: object
) -> OcrReply:
    """Send files, with or without names, and options, as a form."""
    named = [file if isinstance(file, tuple) else ("a.png", file) for file in files]
    parts = [part(data, filename=name) for name, data in named]
    parts += [part(_text(value), name) for name, value in options.items()]
    headers = {"Accept": accept} if accept else {}
    return send_form(service, b"".join(parts) + end(), query, **headers)


def read_json(service: Address, *files: bytes, **options: object) -> OcrReply:
    """Send files and options as JSON."""
    tree = {"files": [{"content": base64.b64encode(file).decode()} for file in files], **options}
    return send_json(service, json.dumps(tree).encode())


def send_json(service: Address, body: bytes) -> OcrReply:
    """Send the body of a JSON request as it is."""
    return ask_rest(service, PATH, "POST", body, {"Content-Type": JSON})


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
