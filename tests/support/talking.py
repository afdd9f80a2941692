"""Ways to ask the service: HTTP by the standard library, and the pipeline protocol over HTTP and gRPC."""

import base64
import http.client
import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

import grpc

from pdserving.protocol import PipelineServiceStub, Request, Response, Tensor
from tests.support.running import Service

TIMEOUT_S = 120
SCORE_TOLERANCE = 0.001

Lines = list[list[Any]]


class Address(Protocol):
    """Whatever answers HTTP on a port of the loopback interface, such as a `Service`."""

    @property
    def http_port(self) -> int: ...


@dataclass(frozen=True)
class Reply:
    """What came back over HTTP."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @classmethod
    def to(
        cls,
        service: Address,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        context: ssl.SSLContext | None = None,
    ) -> Self:
        """The reply to a request over HTTP, or over HTTPS where there is a context for it."""
        connection = (
            http.client.HTTPSConnection("127.0.0.1", service.http_port, timeout=TIMEOUT_S, context=context)
            if context
            else http.client.HTTPConnection("127.0.0.1", service.http_port, timeout=TIMEOUT_S)
        )
        try:
            connection.request(method, path, body, {**(headers or {})})
            response = connection.getresponse()
            return cls(response.status, response.headers, response.read())
        finally:
            connection.close()

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


ask = Reply.to


@dataclass(frozen=True)
class Answer:
    """A pipeline `Response`: `status` is None over gRPC, `value` that of the key `result` or `page`."""

    status: int | None
    err_no: int
    err_msg: str
    value: str | None

    @property
    def lines(self) -> Lines:
        """`[[text, score], [[x, y] × 4]]` for each line."""
        assert self.err_no == 0, self.err_msg
        assert self.value is not None
        parsed: Lines = json.loads(self.value)
        return parsed

    @property
    def page(self) -> dict[str, Any]:
        """All that is known of the picture: the answer to `answer=page`."""
        assert self.err_no == 0, self.err_msg
        assert self.value is not None
        parsed: dict[str, Any] = json.loads(self.value)
        assert isinstance(parsed, dict)
        return parsed

    @property
    def texts(self) -> list[str]:
        """The text of each line."""
        return [line[0][0] for line in self.lines]


def post(service: Address, body: bytes, path: str = "/ocr/prediction", method: str = "POST") -> Answer:
    """Send an HTTP body as it is."""
    reply = ask(service, path, method, body, {"Content-Type": "application/json"})
    fields = reply.json
    assert set(fields) == {"err_no", "err_msg", "key", "value", "tensors"}
    return Answer(reply.status, fields["err_no"], fields["err_msg"], _value(fields["key"], fields["value"]))


def ask_http(service: Address, image: bytes, **options: str) -> Answer:
    """Send a picture and options, such as `**{"rec.drop_score": "0.3"}`, over HTTP."""
    pairs = {"image": base64.b64encode(image).decode(), **options}
    return post(service, json.dumps({"key": [*pairs], "value": [*pairs.values()]}).encode())


def ask_rpc(service: Service, request: Request) -> Answer:
    """Send a pipeline `Request` over gRPC."""
    response = call(service, request)
    return Answer(None, response.err_no, response.err_msg, _value(response.key, response.value))


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


def bearer(key: str) -> dict[str, str]:
    """The header, or metadata, with a key."""
    return {"Authorization": f"Bearer {key}"}


def _value(keys: Sequence[str], values: Sequence[str]) -> str | None:
    fields = dict(zip(keys, values, strict=True))
    return fields.get("result", fields.get("page"))


def rpc_request(image: bytes, **options: str) -> Request:
    """A pipeline `Request` with a picture as base64."""
    pairs = {"image": base64.b64encode(image).decode(), **options}
    return Request(key=[*pairs], value=[*pairs.values()])


def rpc_tensor(**fields: Any) -> Request:
    """A pipeline `Request` whose image is a tensor with these fields."""
    return Request(tensors=[Tensor(name="image", **fields)])


def without_blanks(text: str) -> str:
    """The text as PP-OCRv4 can give it: it was not trained to read the blanks between words."""
    return "".join(text.split())


def assert_same(found: Lines, expected: Lines) -> None:
    """The same texts at the same places, and scores that differ by no more than batches of another size make them."""
    assert [(text, quad) for (text, _), quad in found] == [(text, quad) for (text, _), quad in expected]
    for ((_, score), _), ((_, expected_score), _) in zip(found, expected, strict=True):
        assert abs(score - expected_score) <= SCORE_TOLERANCE
