"""Requests that have the protocols' form, with anything in them: `make test` runs a few, `make fuzz` many.

To a request there is an answer: a page with its options, or an error with a number that a client can look up.
"""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdserving.config.request_options import ACCEPTED_KEYS
from pdserving.errors import JsonTooDeepError
from pdserving.gateway.body import check_depth
from pdserving.protocol import Request, Tensor
from tests.fuzz.seeds import BASE64, PICTURE, seeds
from tests.fuzz.targets import BOUNDARY, TARGETS

KEYS = st.sampled_from(["image", "request_id", "", *ACCEPTED_KEYS]) | st.text(max_size=20)
VALUES = st.sampled_from([BASE64, f"data:,{BASE64}", "true", "0.5", "960", "max", "[" * 60, "1e999", "NaN"]) | st.text()
DATA = st.sampled_from([PICTURE, b"", b"\x93NUMPY\x01\x00"]) | st.binary()
TENSORS = st.builds(
    Tensor,
    name=KEYS,
    elem_type=st.integers(0, 14),
    byte_data=DATA,
    str_data=st.lists(VALUES, max_size=3),
    uint32_data=st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 255), max_size=40),
    shape=st.lists(st.integers(-(2**31), 2**31 - 1), max_size=3),
)
REQUESTS = st.builds(
    Request,
    key=st.lists(KEYS, max_size=5),
    value=st.lists(VALUES, max_size=5),
    tensors=st.lists(TENSORS, max_size=2),
    name=st.sampled_from(["", "ocr"]) | st.text(max_size=20),
    logid=st.integers(-(2**63), 2**63 - 1),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | VALUES,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS | st.sampled_from(["key", "value"]), inner),
)
FIELDS = st.fixed_dictionaries({"key": st.lists(KEYS) | JSON, "value": st.lists(VALUES) | JSON})


@pytest.mark.parametrize("name", TARGETS)
def test_every_seed_passes(name: str) -> None:
    for seed in seeds(name):
        TARGETS[name](seed)


@given(request=REQUESTS)
def test_any_message_of_the_pipeline_has_an_answer(request: Request) -> None:
    TARGETS["message"](request.SerializeToString())


@given(request=REQUESTS, place=st.integers(0, 300), change=st.binary(min_size=1, max_size=4))
def test_a_damaged_message_has_an_answer(request: Request, place: int, change: bytes) -> None:
    data = request.SerializeToString()
    TARGETS["message"](data[:place] + change + data[place + len(change) :])


@given(data=DATA, header=st.binary(max_size=80))
def test_any_saved_array_has_an_answer(data: bytes, header: bytes) -> None:
    TARGETS["tensor"](b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + data)


@given(fields=FIELDS | JSON)
def test_any_json_of_the_pipeline_has_an_answer(fields: Any) -> None:
    TARGETS["pipeline_json"](json.dumps(fields).encode())


@given(fields=st.fixed_dictionaries({"images": st.lists(VALUES) | JSON}) | JSON)
def test_any_json_of_hub_has_an_answer(fields: Any) -> None:
    TARGETS["hub_json"](json.dumps(fields).encode())


@given(parts=st.lists(st.tuples(st.binary(max_size=60), st.binary(max_size=200)), max_size=5), end=st.booleans())
def test_any_form_has_an_answer(parts: list[tuple[bytes, bytes]], end: bool) -> None:
    delimiter = b"--" + BOUNDARY
    body = b"".join(delimiter + b"\r\n" + head + b"\r\n\r\n" + data + b"\r\n" for head, data in parts)
    TARGETS["form"](body + (delimiter + b"--\r\n" if end else b""))


def depth(tree: Any) -> int:
    if isinstance(tree, dict):
        return 1 + max(map(depth, tree.values()), default=0)
    if isinstance(tree, list):
        return 1 + max(map(depth, tree), default=0)
    return 0


@given(tree=JSON | st.recursive(st.text(r"\"[]{},:"), st.lists), limit=st.integers(0, 6), ascii_only=st.booleans())
def test_the_depth_of_json_is_what_its_parser_would_find(tree: Any, limit: int, ascii_only: bool) -> None:
    body = json.dumps(tree, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    if depth(tree) <= limit:
        check_depth(body, limit)
    else:
        with pytest.raises(JsonTooDeepError, match=f"max_json_depth is {limit}"):
            check_depth(body, limit)


@pytest.mark.parametrize("backslashes", range(140))
def test_backslashes_before_a_quotation_mark_count_by_twos(backslashes: int) -> None:
    text = b'["' + b"\\" * backslashes + b'"[[['
    within = backslashes % 2 == 1
    if within:
        check_depth(text, 1)
    else:
        with pytest.raises(JsonTooDeepError):
            check_depth(text, 1)
