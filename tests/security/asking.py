"""Ways to ask a service with what is needed to be let in."""

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import grpc

from pdserving.protocol import PipelineServiceStub, Request, Response
from tests.running import Service

TIMEOUT_S = 120


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


def bearer(key: str) -> dict[str, str]:
    """The header with a key."""
    return {"Authorization": f"Bearer {key}"}


def ask(
    service: Service,
    path: str,
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    body: bytes | None = None,
    context: ssl.SSLContext | None = None,
) -> Reply:
    """Send a request over HTTP, or over HTTPS where there is a context for it."""
    connection = (
        http.client.HTTPSConnection("127.0.0.1", service.http_port, timeout=TIMEOUT_S, context=context)
        if context
        else http.client.HTTPConnection("127.0.0.1", service.http_port, timeout=TIMEOUT_S)
    )
    try:
        connection.request(method, path, body, {**(headers or {})})
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())
    finally:
        connection.close()


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
