"""Every bad request gets an error number, a status and a message of its own, and harms no other request."""

import json
import socket
import struct
from typing import Any

import pytest

from tests.support.image_files import png_header
from tests.support.paths import SAMPLES
from tests.support.running import Service
from tests.support.talking import Answer, ask_http, ask_rpc, post, rpc_request, rpc_tensor

INVOICE = (SAMPLES / "invoice.png").read_bytes()


def expect(answer: Answer, status: int, err_no: int, message: str) -> None:
    assert (answer.status, answer.err_no) == (status, err_no), answer.err_msg
    assert message in answer.err_msg
    assert answer.value is None
    assert "Traceback" not in answer.err_msg


@pytest.mark.parametrize(
    ("image", "status", "err_no", "message"),
    [
        (b"", 400, 5005, "empty"),
        (b"GIF89a" + bytes(20), 415, 5006, "JPEG"),
        (b"no picture at all", 415, 5006, "JPEG"),
        (INVOICE[: len(INVOICE) // 8], 422, 5007, "PNG"),
        (INVOICE[:20], 422, 5007, "PNG"),
        (png_header(10_000, 10_000), 413, 5008, "max_image_pixels"),
        (png_header(2**31 - 1, 2**31 - 1), 413, 5008, "max_image_pixels"),
        (png_header(0, 100), 422, 5007, "0 × 100"),
    ],
)
def test_a_bad_picture_is_named(service: Service, image: bytes, status: int, err_no: int, message: str) -> None:
    expect(ask_http(service, image), status, err_no, message)
    answer = ask_rpc(service, rpc_request(image))
    assert (answer.err_no, answer.value) == (err_no, None)
    assert message in answer.err_msg
    assert ask_http(service, INVOICE).err_no == 0


@pytest.mark.parametrize(
    ("body", "status", "err_no", "message"),
    [
        (b"", 400, 5010, "not a pipeline request"),
        (b"{", 400, 5010, "not a pipeline request"),
        (b"\xff\xfe", 400, 5010, "not a pipeline request"),
        (b"[" * 100_000, 400, 5010, "more than 1024 values"),
        (b"[" * 1000, 400, 5017, "the limit max_json_depth is 16"),
        (b'{"key": [' + b'"",' * 4_000_000 + b'""]}', 400, 5010, "more than 1024 values"),
        (b'{"key": [' + b'"a",' * 99 + b'"a"], "value": []}', 400, 5010, "at most 64 items"),
        (b'{"key": ["image"], "value": ["aa"], "tensors": [{}]}', 400, 5010, "tensors"),
        (b'["image"]', 400, 5010, "not a pipeline request"),
        (b'{"key": "image", "value": "x"}', 400, 5010, "key"),
        (b'{"key": ["image"], "value": [7]}', 400, 5010, "value"),
        (b'{"kez": ["image"]}', 400, 5010, "kez"),
        (b'{"key": ["image"], "value": []}', 400, 5010, "1 keys with 0 values"),
        (b'{"key": ["image", "image"], "value": ["", ""]}', 400, 5010, "twice"),
        (b'{"key": [], "value": []}', 400, 5001, "no key 'image'; accepted: image, det."),
        (b'{"key": ["image"], "value": ["***"]}', 400, 5004, "base64"),
        (b'{"key": ["image"], "value": ["abcde"]}', 400, 5004, "base64"),
        (b'{"key": ["image"], "value": ["\\u00e9"]}', 400, 5004, "base64"),
    ],
)
def test_a_bad_body_is_named(service: Service, body: bytes, status: int, err_no: int, message: str) -> None:
    expect(post(service, body), status, err_no, message)


@pytest.mark.parametrize(
    ("options", "err_no", "message"),
    [
        ({"rec.dropscore": "0.1"}, 5002, "unknown key 'rec.dropscore'; accepted: image, det.enabled"),
        ({"det": "1"}, 5002, "unknown key 'det'"),
        ({"det.concurrency": "9"}, 5002, "unknown key 'det.concurrency'"),
        ({"rec.drop_score": "much"}, 5003, "rec.drop_score: 'much' is not accepted; accepted: a valid number"),
        ({"rec.drop_score": "1.5"}, 5003, "less than or equal to 1"),
        ({"rec.drop_score": "NaN"}, 5003, "rec.drop_score"),
        ({"det.limit_type": "both"}, 5003, "'max' or 'min'"),
        ({"det.limit_side_len": "100000"}, 5003, "max_side_len 1280"),
        ({"cls.enabled": "x" * 5000}, 5003, "5000 characters"),
        ({"cls.enabled": "[[[[[[[["}, 5003, "cls.enabled"),
    ],
)
def test_a_bad_option_is_named(service: Service, options: dict[str, str], err_no: int, message: str) -> None:
    expect(ask_http(service, INVOICE, **options), 400, err_no, message)


def test_another_service_or_path_is_named(service: Service) -> None:
    body = json.dumps({"key": ["image"], "value": [""]}).encode()
    expect(post(service, body, "/prediction/prediction"), 404, 3002, "no service 'prediction'; accepted: ocr")
    expect(post(service, body, "/ocr/x/prediction"), 404, 3002, "/ocr/x/prediction")
    expect(post(service, b"", method="GET"), 405, 3002, "accepted: POST")


def test_a_body_over_the_limit_is_refused_with_the_limit(service: Service) -> None:
    body = b'{"key": ["image"], "value": ["' + b"A" * (64 << 20) + b'"]}'
    expect(post(service, body), 413, 5011, "max_message_bytes")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"elem_type": 1, "float_data": [0.5]}, "elem_type 1; accepted: 7 (uint8), 12 (string), 13 (bytes)"),
        ({"elem_type": 7, "uint32_data": [300]}, "above 255"),
        ({"elem_type": 13, "byte_data": b"\x93NUMPY\x01\x00"}, "no plain array"),
    ],
)
def test_a_tensor_of_another_kind_is_refused(service: Service, fields: dict[str, Any], message: str) -> None:
    answer = ask_rpc(service, rpc_tensor(**fields))
    assert answer.err_no == 5009
    assert message in answer.err_msg


@pytest.mark.parametrize(
    ("header", "shape"),
    [
        (b"{'descr': '|u1', 'fortran_order': False, 'shape': (10000000000000,), }", "10000000000000"),
        (b"{'descr': '|u1', 'fortran_order': False, 'shape': (True,), }", ""),
        (b"{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "float32"),
        (b"{{{{{{{{{", ""),
        (b"[" * 5000, ""),
    ],
)
def test_a_hostile_array_header_is_refused(service: Service, header: bytes, shape: str) -> None:
    saved = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + b"abcdefgh"
    answer = ask_rpc(service, rpc_tensor(elem_type=13, byte_data=saved))
    assert answer.err_no == 5009
    assert shape in answer.err_msg


def test_a_client_that_hangs_up_while_sending_disturbs_nobody(service: Service) -> None:
    with socket.create_connection(("127.0.0.1", service.http_port)) as connection:
        connection.sendall(b"POST /ocr/prediction HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
    assert ask_http(service, INVOICE).err_no == 0
