"""The messages on the wire, byte by byte: field number, length, content."""

import pytest
from pipeline_exchange import PipelineRequest, PipelineResponse
from pipeline_messages import INFERENCE_METHOD, decode_response, encode_request


def test_the_method_is_paddle_servings() -> None:
    assert INFERENCE_METHOD == "/baidu.paddle_serving.pipeline_serving.PipelineService/inference"


def test_a_request_is_keys_and_values() -> None:
    encoded = encode_request(PipelineRequest(keys=("image", "a"), values=("aGk=", "1")))
    assert encoded == b"\x0a\x05image\x0a\x01a\x12\x04aGk=\x12\x011"


def test_a_response_is_an_error_or_keys_and_values() -> None:
    assert decode_response(b"\x08\x88\x27\x12\x03why") == PipelineResponse(5000, "why", (), ())
    assert decode_response(b"\x1a\x06result\x22\x02[]") == PipelineResponse(0, "", ("result",), ("[]",))


def test_a_response_may_carry_tensors_beside() -> None:
    tensor = b"\xa0\x01\x01\xaa\x01\x01\x02\xba\x01\x01t\x12\x08\x00\x00\x80\x3f\x00\x00\x00\x40"
    encoded = b"\x1a\x06result\x22\x02[]" + b"\x2a" + bytes([len(tensor)]) + tensor
    assert decode_response(encoded).keys == ("result",)


@pytest.mark.parametrize("encoded", [b"<html>", b"\x1a\xff", b"\x1a\x01\xff"])
def test_other_bytes_are_refused(encoded: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode_response(encoded)
