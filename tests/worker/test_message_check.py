"""A message that would unfold to much more than its size is refused before it is parsed."""

import grpc
import pytest

from pdserving.protocol import RPC_INFERENCE, Response
from tests.support.running import Service
from tests.support.talking import rpc_tensor


@pytest.mark.parametrize(
    ("message", "err_no"),
    [
        (b"\x1a\x00" * 1_000_000, 5010),  # a million empty tensors
        (b"\x0a\x00\x12\x00" * 1_000_000, 5010),  # a million empty keys and values
        (b"\x1a\xc0\x84\x3d" + b"\x4a\x00" * 500_000, 5010),  # a tensor of half a million empty strings
        (rpc_tensor(elem_type=0, int64_data=[0] * 100_000).SerializeToString(), 5009),
        (b"\xff\xff\xff\xff", 5010),
        (b"\x0a\x10abc", 5010),
        (b"\x0a\x02\xff\xfe", 5010),  # a key that is not UTF-8
    ],
)
def test_a_message_that_would_unfold_to_much_more_is_refused(service: Service, message: bytes, err_no: int) -> None:
    worker = service.child("pdserving.worker")
    before = worker.memory_info().rss
    with grpc.insecure_channel(service.rpc_endpoint, [("grpc.enable_http_proxy", 0)]) as channel:
        call = channel.unary_unary(RPC_INFERENCE, response_deserializer=Response.FromString)
        assert call(message, timeout=60).err_no == err_no
    assert worker.memory_info().rss - before < 100e6
