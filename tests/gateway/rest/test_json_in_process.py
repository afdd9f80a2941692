"""JSON bodies that no picture has to be read for."""

import base64
import json

import pytest

from tests.support.in_process import Gateway
from tests.support.paths import SAMPLES
from tests.support.rest import send_json

INVOICE = (SAMPLES / "invoice.png").read_bytes()
ENCODED = base64.b64encode(INVOICE).decode()
FILE = {"name": "a.png", "content": ENCODED}


def body(**values: object) -> bytes:
    return json.dumps({"files": [FILE], **values}).encode()


def test_names_are_repeated(gateway: Gateway) -> None:
    names = ["发票 1.png", "", "../b.png"]
    sent = [{"name": name, "content": ENCODED} for name in names]
    reply = send_json(gateway, json.dumps({"files": [*sent, {"content": ENCODED}], "rec": False}).encode())
    assert [page["file"] for page in reply.answer["pages"]] == [*names, ""]


@pytest.mark.parametrize(
    ("sent", "code", "expected"),
    [
        (b"", "body_invalid", "Invalid JSON"),
        (b"{", "body_invalid", "Invalid JSON"),
        (b"\xff\xfe{}", "body_invalid", "Invalid JSON"),
        (b"\xef\xbb\xbf{}", "body_invalid", "Invalid JSON"),
        (b'{"files":[]}x', "body_invalid", "Invalid JSON"),
        (b'{"files":[{"name":"\\ud800","content":"aGk="}]}', "body_invalid", "Invalid JSON"),
        (b'{"files":' + b"1" * 1_000_000 + b"}", "body_invalid", "Invalid JSON"),
        (b"[" * 100_000, "body_invalid", "more than 1024 values"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "json_too_deep", "the limit max_json_depth is 16"),
        (b'{"files":[' + b"{}," * 2000 + b"{}]}", "body_invalid", "more than 1024 values"),
        (b"[]", "body_invalid", "[] is not accepted"),
        (b"null", "body_invalid", "None is not accepted"),
        (b"{}", "body_invalid", "files: is missing"),
        (b'{"files": []}', "key_missing", "no file; accepted: 1 to 64 entries of 'files'"),
        (b'{"files": {"content": "x"}}', "body_invalid", "accepted: a valid array"),
        (b'{"files": [1]}', "body_invalid", "files.0: 1 is not accepted"),
        (b'{"files": ["/etc/passwd"]}', "body_invalid", "files.0: '/etc/passwd' is not accepted"),
        (b'{"files": [{}]}', "body_invalid", "files.0.content: is missing"),
        (b'{"files": [{"content": 1}]}', "body_invalid", "files.0.content: 1 is not accepted"),
        (b'{"files": [{"content": null}]}', "body_invalid", "files.0.content: None is not accepted"),
        (b'{"files": [{"path": "/etc/passwd"}]}', "body_invalid", "unknown key path; accepted: name, content"),
        (body(files=[FILE] * 65), "too_many_images", "65 files; the limit max_images is 64"),
        (body(files=[{**FILE, "name": "x" * 256}]), "body_invalid", "accepted: at most 255 characters"),
        (body(url="http://127.0.0.1/"), "key_unknown", "unknown option 'url'; accepted: det, cls, rec"),
        (body(det="false"), "option_invalid", "det: 'false' is not accepted; accepted: a valid boolean"),
        (body(det=0), "option_invalid", "det: 0 is not accepted; accepted: a valid boolean"),
        (body(dpi="150"), "option_invalid", "dpi: '150' is not accepted; accepted: a valid integer"),
        (body(dpi=1e400), "option_invalid", "dpi: inf is not accepted"),
        (body(drop_score="0.5"), "option_invalid", "accepted: a valid number"),
        (body(drop_score=[0.5]), "option_invalid", "accepted: a valid number"),
        (body(pages=3), "option_invalid", "pages: 3 is not accepted; accepted: a valid string"),
        (body(visualize=None), "option_invalid", "visualize: None is not accepted; accepted: a valid boolean"),
        (body(boxes={"a": {"b": []}}), "option_invalid", "accepted: 'line', 'word' or 'character'"),
    ],
)
def test_a_body_that_is_none_is_told_why(gateway: Gateway, sent: bytes, code: str, expected: str) -> None:
    status, found, message = send_json(gateway, sent).error
    assert (status, found) == (400, code), message
    assert expected in message
