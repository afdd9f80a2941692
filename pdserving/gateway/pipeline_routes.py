"""The pipeline protocol over HTTP: `POST /<service>/prediction`, as Paddle Serving's own gateway has it."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field

from pdserving.config.schema import Limits
from pdserving.errors import INTERNAL, STATUS, RequestError, code_of, http_status
from pdserving.gateway.body import parse_json, read_body
from pdserving.gateway.worker import Worker
from pdserving.protocol import Request as PipelineRequest
from pdserving.strict_yaml import Strict

PATH = "/{service}/prediction"
MAX_MESSAGE_LENGTH = 500  # characters of an error message
MAX_ENTRIES = 64  # keys, and values
REQUEST_ID = "request_id"  # as the worker takes it, for its log
STRING = 12  # `elem_type` of a tensor that holds text
EXAMPLE = 'a pipeline request such as {"key": ["image"], "value": ["<base64>"]}'


class PipelineBody(Strict):
    """The fields of a pipeline `Request` as JSON. Tensors, which JSON can only spell out, go over gRPC."""

    model_config = ConfigDict(strict=True)

    key: list[str] = Field(max_length=MAX_ENTRIES, examples=[["image"]])
    value: list[str] = Field(max_length=MAX_ENTRIES, examples=[["<base64>"]])
    tensors: list[str] = Field(default=[], max_length=0)
    name: str = ""
    method: str = ""
    logid: int = Field(default=0, ge=-(2**63), lt=2**63)
    clientip: str = ""


class PipelineAnswer(Strict):
    """The fields of a pipeline `Response`."""

    err_no: int = Field(description="0, or the number of an error")
    err_msg: str
    key: list[str] = Field(examples=[["result"]])
    value: list[str] = Field(
        description="JSON: `[[text, score], [[x, y] × 4]]` for each line",
        examples=[['[[["春季书展", 0.99], [[163.0, 54.0], [512.0, 54.0], [512.0, 98.0], [163.0, 98.0]]]]']],
    )
    tensors: list[str]


FAILURES = {
    400: "not a pipeline request, an option of a wrong value, or an empty picture",
    404: "no such service",
    413: "the body or the picture is too large",
    415: "a picture of a format that is not accepted",
    422: "a broken picture",
    500: "a fault of the service",
    503: "no worker answers",
    504: "no answer in time",
}


def pipeline_router(worker: Worker, limits: Limits) -> APIRouter:
    """The route."""
    router = APIRouter(tags=["pipeline"])

    async def predict(service: str, request: Request) -> JSONResponse:
        try:
            body = await read_body(request, limits.max_message_bytes)
            message = await asyncio.to_thread(parse_request, body)
            message.name = service
            if REQUEST_ID not in message.key:
                message.tensors.add(name=REQUEST_ID, elem_type=STRING, str_data=[request.state.request_id])
            response = await worker.call(message)
        except RequestError as error:
            request.state.error_code = error.code
            return pipeline_error(STATUS[error.code].err_no, str(error))
        if response.err_no != 0:
            request.state.error_code = code_of(response.err_no)
        return _answer(response.err_no, response.err_msg, list(response.key), list(response.value))

    body = {"content": {"application/json": {"schema": PipelineBody.model_json_schema()}}, "required": True}
    router.add_api_route(
        PATH,
        predict,
        methods=["POST"],
        summary="Paddle Serving's pipeline protocol; the service is `ocr`",
        description="`image` is a picture's file as base64; every further key is an option, its value text.",
        response_class=JSONResponse,
        responses={
            200: {"model": PipelineAnswer, "description": "what was read"},
            **{status: {"model": PipelineAnswer, "description": text} for status, text in FAILURES.items()},
        },
        openapi_extra={"requestBody": body},
    )
    return router


def parse_request(body: bytes) -> PipelineRequest:
    """The pipeline `Request` that a JSON body stands for.

    Raises:
        BodyInvalidError: not JSON, an unknown field or a field of the wrong type.
    """
    fields = parse_json(body, PipelineBody, EXAMPLE)
    return PipelineRequest(**fields.model_dump(exclude={"tensors"}))


def pipeline_error(err_no: int, message: str, status: int | None = None) -> JSONResponse:
    """An error in the form of the protocol; its status follows from its number where none is given."""
    return _answer(err_no, message, [], [], status)


def pipeline_fault(error: Exception) -> JSONResponse:
    """A fault of the service."""
    return pipeline_error(INTERNAL.err_no, f"internal error: {type(error).__name__}")


def _answer(err_no: int, err_msg: str, key: list[str], value: list[str], status: int | None = None) -> JSONResponse:
    """All fields of a pipeline `Response`, as Paddle Serving's gateway writes them."""
    content: dict[str, Any] = {
        "err_no": err_no,
        "err_msg": err_msg[:MAX_MESSAGE_LENGTH],
        "key": key,
        "value": value,
        "tensors": [],
    }
    return JSONResponse(content, http_status(err_no) if status is None else status)
