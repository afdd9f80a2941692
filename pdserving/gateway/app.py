"""The gateway's application: the pipeline protocol over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from pdserving.config.schema import Settings
from pdserving.errors import (
    INTERNAL,
    STATUS,
    BodyInvalidError,
    BodyTooLargeError,
    RequestError,
    TimedOutError,
    WorkerUnavailableError,
    WrongServiceError,
    http_status,
)
from pdserving.networking import address, connectable
from pdserving.protocol import PipelineServiceStub, Response
from pdserving.protocol import Request as PipelineRequest
from pdserving.strict_yaml import Strict, explain

MAX_MESSAGE_LENGTH = 500  # characters of an error message
MAX_ENTRIES = 64  # keys, and values
MAX_JSON_MARKS = 1024
JSON_MARKS = (b'"', b",", b"[", b"{")  # as many as a document has values, or more; base64 has none of them
EXAMPLE = 'a pipeline request such as {"key": ["image"], "value": ["<base64>"]}'


class PipelineBody(Strict):
    """The fields of a pipeline `Request` as JSON. Tensors, which JSON can only spell out, go over gRPC."""

    model_config = ConfigDict(strict=True)

    key: list[str] = Field(max_length=MAX_ENTRIES)
    value: list[str] = Field(max_length=MAX_ENTRIES)
    tensors: list[str] = Field(default=[], max_length=0)
    name: str = ""
    method: str = ""
    logid: int = Field(default=0, ge=-(2**63), lt=2**63)
    clientip: str = ""


def create_app(settings: Settings) -> FastAPI:
    """The application in front of the worker that listens on `rpc_host` and `rpc_port`."""
    limits = settings.limits

    @asynccontextmanager
    async def connect(app: FastAPI) -> AsyncIterator[None]:
        options = [
            ("grpc.max_receive_message_length", limits.max_message_bytes),
            ("grpc.max_send_message_length", limits.max_message_bytes),
            ("grpc.enable_http_proxy", 0),
        ]
        target = address(connectable(settings.rpc_host), settings.rpc_port)
        async with grpc.aio.insecure_channel(target, options=options) as channel:
            app.state.pipeline = PipelineServiceStub(channel)
            yield

    app = FastAPI(title="OCR service", lifespan=connect, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_exception_handler(RequestError, _answer_request_error)
    app.add_exception_handler(HTTPException, _answer_http_error)
    app.add_exception_handler(Exception, _answer_fault)

    @app.post("/{service}/prediction")
    async def predict(service: str, request: Request) -> JSONResponse:
        """The pipeline protocol: `{"key": ["image"], "value": ["<base64>"]}`."""
        body = await read_body(request, limits.max_message_bytes)
        message = await asyncio.to_thread(parse_request, body)
        message.name = service
        response: Response = await call_worker(app.state.pipeline, message, limits.request_timeout_s)
        return _response(response.err_no, response.err_msg, list(response.key), list(response.value))

    return app


async def read_body(request: Request, limit: int) -> bytes:
    """The body of a request.

    Raises:
        BodyTooLargeError: it has more than `limit` bytes; the rest is not read.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise BodyTooLargeError(f"the body has {announced} bytes; the limit max_message_bytes is {limit}")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise BodyTooLargeError(f"the body has more than {limit} bytes, the limit max_message_bytes")
    except ClientDisconnect:
        raise BodyInvalidError("the client hung up before its body was complete") from None
    return bytes(body)


def parse_request(body: bytes) -> PipelineRequest:
    """The pipeline `Request` that a JSON body stands for.

    Raises:
        BodyInvalidError: not JSON, an unknown field or a field of the wrong type.
    """
    # Before it is parsed: megabytes of empty texts would take seconds and unfold to gigabytes.
    if sum(body.count(mark) for mark in JSON_MARKS) > MAX_JSON_MARKS:
        raise BodyInvalidError(f"the body is not {EXAMPLE}: it has more than {MAX_JSON_MARKS} values")
    try:
        fields = PipelineBody.model_validate_json(body)
    except ValidationError as error:
        problem = explain(error.errors(include_url=False)[0])
        raise BodyInvalidError(f"the body is not {EXAMPLE}: {problem}") from None
    return PipelineRequest(**fields.model_dump(exclude={"tensors"}))


async def call_worker(pipeline: Any, message: Any, timeout_s: float) -> Any:
    """The worker's `Response`.

    Raises:
        TimedOutError, WorkerUnavailableError, BodyTooLargeError: as their names say.
    """
    try:
        return await pipeline.inference(message, timeout=timeout_s)
    except grpc.aio.AioRpcError as error:
        if error.code() == grpc.StatusCode.DEADLINE_EXCEEDED:
            raise TimedOutError(f"no answer within request_timeout_s, {timeout_s:g} s") from None
        if error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED:
            raise BodyTooLargeError(f"the message exceeds max_message_bytes: {error.details()}") from None
        raise WorkerUnavailableError(f"no worker answers: {error.code().name}") from None


async def _answer_request_error(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestError):
        raise error
    return _response(STATUS[error.code].err_no, str(error))


async def _answer_http_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    body = _content(STATUS[WrongServiceError.code].err_no, f"{request.method} {request.url.path}: {error.detail}")
    return JSONResponse(body, error.status_code, error.headers)


async def _answer_fault(_: Request, error: Exception) -> JSONResponse:
    return _response(INTERNAL.err_no, f"internal error: {type(error).__name__}")


def _response(err_no: int, err_msg: str, key: list[str] | None = None, value: list[str] | None = None) -> JSONResponse:
    return JSONResponse(_content(err_no, err_msg, key, value), http_status(err_no))


def _content(err_no: int, err_msg: str, key: list[str] | None = None, value: list[str] | None = None) -> dict[str, Any]:
    """The fields of a pipeline `Response`, all of them, as Paddle Serving's gateway writes them."""
    return {
        "err_no": err_no,
        "err_msg": err_msg[:MAX_MESSAGE_LENGTH],
        "key": key or [],
        "value": value or [],
        "tensors": [],
    }
