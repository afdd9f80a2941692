"""The pipeline protocol over HTTP: `POST /<service>/prediction`, as Paddle Serving's own gateway has it."""

import asyncio
import json
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field

from pdserving.config.schema import Limits
from pdserving.errors import INTERNAL, MAX_MESSAGE_LENGTH, STATUS, RequestError, code_of, http_status
from pdserving.gateway.body import parse_json, read_body
from pdserving.gateway.deadline import HEADER as DEADLINE_HEADER
from pdserving.gateway.examples import CONFIDENCE, PICTURE, QUAD, TEXT
from pdserving.gateway.failures import FAILURES, Failure
from pdserving.gateway.workers import Workers
from pdserving.protocol import REQUEST_ID, SERVICE, STRING
from pdserving.protocol import Request as PipelineRequest
from pdserving.strict_yaml import Strict

PATH = "/{service}/prediction"
MAX_ENTRIES = 64  # keys, and values
EXAMPLE = 'a pipeline request such as {"key": ["image"], "value": ["<base64>"]}'


class PipelineBody(Strict):
    """The fields of a pipeline `Request` as JSON. Tensors, which JSON can only spell out, go over gRPC."""

    model_config = ConfigDict(strict=True)

    key: list[str] = Field(max_length=MAX_ENTRIES, description="`image`, and the names of options")
    value: list[str] = Field(max_length=MAX_ENTRIES, description="for each key: base64, or the option's value as text")
    tensors: list[str] = Field(default=[], max_length=0, description="none: they go over gRPC")
    name: str = Field(default="", description="taken from the path")
    method: str = Field(default="", description="not used")
    logid: int = Field(default=0, ge=-(2**63), lt=2**63, description="the request's number in the worker's log")
    clientip: str = Field(default="", description="not used")


class PipelineAnswer(Strict):
    """The fields of a pipeline `Response`."""

    err_no: int = Field(description="0, or the number of an error")
    err_msg: str
    key: list[str] = Field(description="`result`; none where there is an error")
    value: list[str] = Field(
        description="JSON: `[[text, score], [[x, y] × 4]]` for each line in reading order, in pixels"
    )
    tensors: list[str] = Field(description="none")


OWN_FAILURES = {
    400: Failure(
        "not a pipeline request, an option of a wrong value, or an empty picture",
        "option_invalid",
        "rec.drop_score: 2 is not accepted; accepted: less than or equal to 1",
    ),
    404: Failure("no such service", "wrong_service", "no service 'orc'; accepted: ocr"),
}
REQUEST_EXAMPLES = {
    "a picture": {"value": {"key": ["image"], "value": [PICTURE]}},
    "with options": {
        "value": {"key": ["image", "rec.drop_score", "cls.enabled"], "value": [PICTURE, "0.3", "false"]},
    },
}
VALUE_EXAMPLE = json.dumps([[[TEXT, CONFIDENCE], QUAD]])
OPTIONS = {
    "det.enabled": "`true`, `false`: the picture is one line",
    "det.limit_side_len": "pixels, 32 to `op.det.max_side_len`",
    "det.limit_type": "`max`: shrink until the longest side has that length; `min`: grow until the shortest has",
    "det.thresh": "0 to 1: probability above which a pixel is text",
    "det.box_thresh": "0 to 1: box score below which a line is dropped",
    "det.unclip_ratio": "0.1 to 10: how far a line's quad grows around its shrunken text",
    "det.use_dilation": "`true`, `false`",
    "det.score_mode": "`fast`, `slow`",
    "cls.enabled": "`true`, `false`",
    "cls.thresh": "0 to 1: probability from which a line is turned",
    "rec.enabled": "`true`, `false`: only where lines are",
    "rec.drop_score": "0 to 1: confidence below which a line is left out",
}


def pipeline_router(workers: Workers, limits: Limits) -> APIRouter:
    """The route."""
    router = APIRouter(tags=["pipeline"])

    async def predict(
        service: Annotated[str, PathParameter(description="`ocr`", examples=[SERVICE])], request: Request
    ) -> JSONResponse:
        try:
            body = await read_body(request, limits)
            message = await asyncio.to_thread(parse_request, body, limits)
            message.name = service
            if REQUEST_ID not in message.key:
                message.tensors.add(name=REQUEST_ID, elem_type=STRING, str_data=[request.state.request_id])
            response = await workers.call(message)
        except RequestError as error:
            request.state.error_code = error.code
            return pipeline_error(STATUS[error.code].err_no, str(error))
        if response.err_no != 0:
            request.state.error_code = code_of(response.err_no)
        return _answer(response.err_no, response.err_msg, list(response.key), list(response.value))

    schema = PipelineBody.model_json_schema()
    body = {"required": True, "content": {"application/json": {"schema": schema, "examples": REQUEST_EXAMPLES}}}
    router.add_api_route(
        PATH,
        predict,
        methods=["POST"],
        summary="Paddle Serving's pipeline protocol; the service is `ocr`",
        description=_description(limits),
        response_class=JSONResponse,
        responses={
            200: {
                "model": PipelineAnswer,
                "description": "what was read",
                **_example(0, "", ["result"], [VALUE_EXAMPLE]),
            },
            **{
                status: {
                    "model": PipelineAnswer,
                    "description": failure.meaning,
                    **_example(STATUS[failure.code].err_no, failure.message, [], []),
                }
                for status, failure in sorted({**FAILURES, **OWN_FAILURES}.items())
            },
        },
        openapi_extra={"requestBody": body},
    )
    return router


def parse_request(body: bytes, limits: Limits) -> PipelineRequest:
    """The pipeline `Request` that a JSON body stands for.

    Raises:
        BodyInvalidError: not JSON, an unknown field or a field of the wrong type.
        JsonTooDeepError: deeper than `limits.max_json_depth`.
    """
    fields = parse_json(body, PipelineBody, EXAMPLE, limits)
    return PipelineRequest(**fields.model_dump(exclude={"tensors"}))


def pipeline_error(err_no: int, message: str, status: int | None = None) -> JSONResponse:
    """An error in the form of the protocol; its status follows from its number where none is given."""
    return _answer(err_no, message, [], [], status)


def pipeline_fault(error: Exception) -> JSONResponse:
    """A fault of the service."""
    return pipeline_error(INTERNAL.err_no, f"internal error: {type(error).__name__}")


def _description(limits: Limits) -> str:
    options = "\n".join(f"- `{key}`: {accepted}" for key, accepted in OPTIONS.items())
    return f"""\
`image` is a picture's file (JPEG, PNG, BMP, WebP or TIFF) as base64, of at most {limits.max_image_pixels} pixels
(`max_image_pixels`) in {limits.max_message_bytes} bytes of body (`max_message_bytes`), and is read within
{limits.request_timeout_s:g} seconds (`request_timeout_s`), or those of the header `{DEADLINE_HEADER}`.
Every further key is an option, its value text:

{options}
"""


def _example(err_no: int, err_msg: str, key: list[str], value: list[str]) -> dict[str, Any]:
    return {"content": {"application/json": {"example": _content(err_no, err_msg, key, value)}}}


def _answer(err_no: int, err_msg: str, key: list[str], value: list[str], status: int | None = None) -> JSONResponse:
    return JSONResponse(_content(err_no, err_msg, key, value), http_status(err_no) if status is None else status)


def _content(err_no: int, err_msg: str, key: list[str], value: list[str]) -> dict[str, Any]:
    """All fields of a pipeline `Response`, as Paddle Serving's gateway writes them."""
    return {"err_no": err_no, "err_msg": err_msg[:MAX_MESSAGE_LENGTH], "key": key, "value": value, "tensors": []}
