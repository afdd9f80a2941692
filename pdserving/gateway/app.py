"""The gateway's application: the pipeline protocol over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field
from starlette.exceptions import HTTPException

from pdserving.config.schema import Settings
from pdserving.errors import (
    INTERNAL,
    STATUS,
    BodyTooLargeError,
    RequestError,
    TimedOutError,
    WorkerUnavailableError,
    WrongServiceError,
    http_status,
)
from pdserving.gateway.body import parse_json, read_body
from pdserving.gateway.health_routes import health_router
from pdserving.gateway.metrics import GatewayMetrics
from pdserving.gateway.request_watch import RequestWatch
from pdserving.gateway.worker_probe import WorkerProbe
from pdserving.networking import address, connectable
from pdserving.protocol import PipelineServiceStub, Response
from pdserving.protocol import Request as PipelineRequest
from pdserving.strict_yaml import Strict

MAX_MESSAGE_LENGTH = 500  # characters of an error message
MAX_ENTRIES = 64  # keys, and values
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
            app.state.worker = WorkerProbe(channel)
            yield

    app = FastAPI(title="OCR service", lifespan=connect, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_exception_handler(RequestError, _answer_request_error)
    app.add_exception_handler(HTTPException, _answer_http_error)
    metrics = GatewayMetrics()
    app.add_middleware(RequestWatch, metrics=metrics, answer_fault=_answer_fault)
    app.include_router(health_router(lambda: app.state.worker, metrics))

    @app.post("/{service}/prediction")
    async def predict(service: str, request: Request) -> JSONResponse:
        """The pipeline protocol: `{"key": ["image"], "value": ["<base64>"]}`."""
        body = await read_body(request, limits.max_message_bytes)
        message = await asyncio.to_thread(parse_request, body)
        message.name = service
        response: Response = await call_worker(app.state.pipeline, message, limits.request_timeout_s)
        return _response(response.err_no, response.err_msg, list(response.key), list(response.value))

    return app


def parse_request(body: bytes) -> PipelineRequest:
    """The pipeline `Request` that a JSON body stands for.

    Raises:
        BodyInvalidError: not JSON, an unknown field or a field of the wrong type.
    """
    fields = parse_json(body, PipelineBody, EXAMPLE)
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
