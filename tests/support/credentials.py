"""Ways to ask a service with what is needed to be let in."""

from collections.abc import Mapping

import grpc

from pdserving.protocol import PipelineServiceStub, Request, Response
from tests.support.running import Service
from tests.support.talking import TIMEOUT_S


def bearer(key: str) -> dict[str, str]:
    """The header with a key."""
    return {"Authorization": f"Bearer {key}"}


def call(
    service: Service,
    request: Request,
    metadata: Mapping[str, str] | None = None,
    credentials: grpc.ChannelCredentials | None = None,
) -> Response:
    """Send a pipeline `Request` over gRPC, over TLS where there are credentials for it; raises grpc.RpcError."""
    options = [("grpc.enable_http_proxy", 0)]
    channel = (
        grpc.secure_channel(service.rpc_endpoint, credentials, options)
        if credentials
        else grpc.insecure_channel(service.rpc_endpoint, options)
    )
    with channel:
        stub = PipelineServiceStub(channel)
        return stub.inference(request, timeout=TIMEOUT_S, metadata=tuple((metadata or {}).items()))
