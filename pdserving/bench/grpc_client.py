"""A client of the pipeline protocol over gRPC."""

from collections.abc import Sequence

import grpc

from pdserving.bench.asking import TIMEOUT_S, read_texts
from pdserving.bench.closed_loop import ContenderError
from pdserving.protocol import RPC_SERVICE, SERVICE, Request, Response

_OPTIONS = [
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
    ("grpc.enable_http_proxy", 0),
    ("grpc.use_local_subchannel_pool", 1),  # a connection for each client, as over HTTP
]


class GrpcClient:
    """A `PipelineClient` over gRPC, with one connection, which it keeps."""

    def __init__(self, port: int, names: Sequence[str], requests: Sequence[bytes]) -> None:
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", _OPTIONS)
        self._infer = self._channel.unary_unary(f"/{RPC_SERVICE}/inference", response_deserializer=Response.FromString)
        self._names = names
        self._requests = requests

    @staticmethod
    def prepare(images: Sequence[str]) -> list[bytes]:
        """A message for each picture."""
        return [Request(name=SERVICE, key=["image"], value=[image]).SerializeToString() for image in images]

    def __call__(self, index: int) -> int:
        """The number of a picture's lines; raises as `PipelineClient` says."""
        name = self._names[index]
        try:
            response = self._infer(self._requests[index], timeout=TIMEOUT_S)
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.DEADLINE_EXCEEDED:
                raise ContenderError(f"hangs: no answer to {name} within {TIMEOUT_S} s") from None
            raise ContenderError(f"no answer to {name}: {error.code().name}: {error.details()}") from None
        return len(read_texts(name, response.err_no, response.err_msg, response.value))

    def close(self) -> None:
        """Close the connection."""
        self._channel.close()
