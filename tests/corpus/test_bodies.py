"""Bodies that are no request, or an odd one: base64 in every spelling, JSON that is none, values of wrong types."""

import base64
import json

import pytest

from pdserving.protocol import Request
from tests.corpus.expected import assert_for_clients
from tests.corpus.make import FILES
from tests.corpus.pictures import TEXT
from tests.support.hub import post_hub
from tests.support.rest import send_json
from tests.support.running import Service
from tests.support.talking import ask_rpc, post, rpc_tensor

PICTURE = (FILES / "one_bit.png").read_bytes()
PLAIN = base64.b64encode(PICTURE).decode()

READ = {
    "plain": PLAIN,
    "lines of 76": base64.encodebytes(PICTURE).decode(),
    "lines with CR": base64.encodebytes(PICTURE).decode().replace("\n", "\r\n"),
    "URL alphabet": base64.urlsafe_b64encode(PICTURE).decode(),
    "no padding": PLAIN.rstrip("="),
    "data URL": f"data:image/png;base64,{PLAIN}",
    "data URL of no type": f"data:;base64,{PLAIN}",
    "blanks around": f"  {PLAIN}\t\n",
}
REFUSED = {
    "empty": ("", "image_empty", 5005, 400),
    "only a prefix": ("data:image/png;base64,", "image_empty", 5005, 400),
    "NUL": ("\0" * 40, "base64_invalid", 5004, 400),
    "NUL within": (f"{PLAIN[:20]}\0{PLAIN[20:]}", "base64_invalid", 5004, 400),
    "NUL bytes": (base64.b64encode(bytes(500)).decode(), "image_format", 5006, 415),
    "a path": ("/etc/passwd.png", "base64_invalid", 5004, 400),
    "an address": ("http://127.0.0.1/a.png", "base64_invalid", 5004, 400),
    "hexadecimal dump": ("89:50:4e:47", "base64_invalid", 5004, 400),
    "one character": ("A", "base64_invalid", 5004, 400),
    "beyond ASCII": ("图片", "base64_invalid", 5004, 400),
    "base64 twice": (base64.b64encode(PLAIN.encode()).decode(), "image_format", 5006, 415),
}
NO_JSON = {
    "nothing": b"",
    "NUL bytes": bytes(100),
    "a word": b"null",
    "a number": b"1e999",
    "a list": b"[]",
    "a text": b'"image"',
    "cut off": b'{"key": ["image"], "value": ["',
    "single quotes": b"{'key': ['image']}",
    "a comma too many": b'{"key": ["image"],}',
    "two objects": b"{}{}",
    "NaN": b'{"key": NaN}',
    "half a character": b'{"key": ["\xc3"]}',
    "half a surrogate": rb'{"key": ["\ud800"], "value": ["a"]}',
    "UTF-16": '{"key": []}'.encode("utf-16"),
    "a mark before": b"\xef\xbb\xbf{}",
    "a form": b"image=a.png&b=c",
    "the picture itself": PICTURE,
}
WRONG_TYPES = {
    "no list": ("image", "a", "a"),
    "numbers": ([1], [2], [3]),
    "null": (None, None, None),
    "lists": ([["image"]], [["a"]], [["a"]]),
    "objects": ([{}], [{}], [{}]),
    "booleans": ([True], [False], [True]),
    "large numbers": ([10**400], [1], [10**400]),
}


def pipeline_body(text: str) -> bytes:
    return json.dumps({"key": ["image"], "value": [text]}).encode()


def hub_body(text: str) -> bytes:
    return json.dumps({"images": [text]}).encode()


def rest_body(text: str) -> bytes:
    return json.dumps({"files": [{"content": text}]}).encode()


@pytest.mark.parametrize("name", READ)
def test_base64_is_read_as_clients_write_it(service: Service, name: str) -> None:
    text = READ[name]
    assert post(service, pipeline_body(text)).texts == [TEXT]
    assert ask_rpc(service, Request(key=["image"], value=[text])).texts == [TEXT]
    assert ask_rpc(service, rpc_tensor(elem_type=12, str_data=[text])).texts == [TEXT]
    assert [line["text"] for line in post_hub(service, "ocr_system", hub_body(text)).only] == [TEXT]
    assert send_json(service, rest_body(text)).texts == [TEXT]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_in_base64_is_named(service: Service, name: str) -> None:
    text, code, err_no, status = REFUSED[name]
    answer = post(service, pipeline_body(text))
    assert (answer.status, answer.err_no) == (status, err_no)
    assert_for_clients(answer.err_msg)
    for request in (Request(key=["image"], value=[text]), rpc_tensor(elem_type=12, str_data=[text])):
        assert ask_rpc(service, request).err_no == err_no
    hub = post_hub(service, "ocr_system", hub_body(text))
    assert hub.http_status == status
    assert_for_clients(hub.msg)
    assert send_json(service, rest_body(text)).error[:2] == (status, code)


@pytest.mark.parametrize("name", NO_JSON)
def test_a_body_that_is_no_json_of_a_request_is_refused(service: Service, name: str) -> None:
    refused_everywhere(service, NO_JSON[name], NO_JSON[name], NO_JSON[name])


@pytest.mark.parametrize("name", WRONG_TYPES)
def test_values_of_wrong_types_are_refused(service: Service, name: str) -> None:
    key, value, items = WRONG_TYPES[name]
    pipeline, hub, rest = {"key": key, "value": value}, {"images": items}, {"files": items}
    refused_everywhere(service, *(json.dumps(tree).encode() for tree in (pipeline, hub, rest)))


def refused_everywhere(service: Service, pipeline: bytes, hub: bytes, rest: bytes) -> None:
    answer = post(service, pipeline)
    assert (answer.status, answer.err_no) == (400, 5010)
    assert_for_clients(answer.err_msg)
    failure = post_hub(service, "ocr_system", hub)
    assert failure.http_status == 400
    assert_for_clients(failure.msg)
    status, code, message = send_json(service, rest).error
    assert (status, code) == (400, "body_invalid")
    assert_for_clients(message)
