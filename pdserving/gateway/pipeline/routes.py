"""The pipeline protocol over HTTP: `POST /<service>/prediction`, as Paddle Serving's own gateway has it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field

from pdserving.config.schema import Limits
from pdserving.errors import (
    AnsweredError,
    AnswerTooLargeError,
    ClientGoneError,
    ContentTypeError,
    HeadersTooLargeError,
    HeadersTooSlowError,
    ModuleFailedError,
    NotAcceptableError,
    PdfBrokenError,
    PdfEmptyError,
    PdfEncryptedError,
    PdfPagesInvalidError,
    PdfReaderLostError,
    PdfTooComplexError,
    PdfTooManyPagesError,
    RequestError,
    TensorRefusedError,
    TooManyImagesError,
    kind_of_number,
)
from pdserving.gateway.body import parse_json, read_body
from pdserving.gateway.deadline import HEADER as DEADLINE_HEADER
from pdserving.gateway.errors import pipeline_content, pipeline_error
from pdserving.gateway.openapi import CONFIDENCE, PICTURE, QUAD, TEXT, failures
from pdserving.protocol import REQUEST_ID, SERVICE, STRING, Response
from pdserving.protocol import Request as PipelineRequest
from pdserving.strict_yaml import Strict

Call = Callable[[PipelineRequest], Awaitable[Response]]
"""Has a worker answer a request, as `WorkerPool.call` does."""

_PATH = "/{service}/prediction"
_MAX_ENTRIES = 64  # keys, and values
_EXAMPLE = 'a pipeline request such as {"key": ["image"], "value": ["<base64>"]}'


class PipelineBody(Strict):
    """The fields of a pipeline `Request` as JSON. Tensors, which JSON can only spell out, go over gRPC."""

    model_config = ConfigDict(strict=True)

    key: list[str] = Field(max_length=_MAX_ENTRIES, description="`image`, and the names of options")
    value: list[str] = Field(max_length=_MAX_ENTRIES, description="for each key: base64, or the option's value as text")
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


_NEVER_ANSWERED = {
    kind.code
    for kind in (
        TensorRefusedError,
        NotAcceptableError,
        ContentTypeError,
        AnswerTooLargeError,
        TooManyImagesError,
        HeadersTooLargeError,
        HeadersTooSlowError,
        PdfBrokenError,
        PdfEncryptedError,
        PdfEmptyError,
        PdfPagesInvalidError,
        PdfTooManyPagesError,
        PdfTooComplexError,
        PdfReaderLostError,
        ModuleFailedError,
        ClientGoneError,
    )
}
"""Errors of tensors, forms of answers, several pictures, PDFs and modules, and of heads, answered in REST's form."""
_REQUEST_EXAMPLES = {
    "a picture": {"value": {"key": ["image"], "value": [PICTURE]}},
    "with options": {
        "value": {"key": ["image", "rec.drop_score", "cls.enabled"], "value": [PICTURE, "0.3", "false"]},
    },
}
_VALUE_EXAMPLE = json.dumps([[[TEXT, CONFIDENCE], QUAD]])
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


def pipeline_router(call: Call, limits: Limits) -> APIRouter:
    """The route.

    Args:
        call: has a worker answer a request, as `WorkerPool.call` does; raises RequestError.
        limits: of bodies and time.
    """
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
            response = await call(message)
        except RequestError as error:
            return pipeline_error(request, error)
        if response.err_no != 0:
            return pipeline_error(request, AnsweredError(kind_of_number(response.err_no), response.err_msg))
        return JSONResponse(pipeline_content(0, response.err_msg, list(response.key), list(response.value)))

    schema = PipelineBody.model_json_schema()
    body = {"required": True, "content": {"application/json": {"schema": schema, "examples": _REQUEST_EXAMPLES}}}
    router.add_api_route(
        _PATH,
        predict,
        methods=["POST"],
        summary="Paddle Serving's pipeline protocol; the service is `ocr`",
        description=_description(limits),
        response_class=JSONResponse,
        responses={
            200: {
                "model": PipelineAnswer,
                "description": "what was read",
                "content": {"application/json": {"example": pipeline_content(0, "", ["result"], [_VALUE_EXAMPLE])}},
            },
            **failures(PipelineAnswer, lambda kind: pipeline_content(kind.number, kind.example), _NEVER_ANSWERED),
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
    fields = parse_json(body, PipelineBody, _EXAMPLE, limits)
    return PipelineRequest(**fields.model_dump(exclude={"tensors"}))


def _description(limits: Limits) -> str:
    options = "\n".join(f"- `{key}`: {accepted}" for key, accepted in OPTIONS.items())
    return f"""\
`image` is a picture's file (JPEG, PNG, BMP, WebP or TIFF) as base64, of at most {limits.max_image_pixels} pixels
(`max_image_pixels`) in {limits.max_message_bytes} bytes of body (`max_message_bytes`), and is read within
{limits.request_timeout_s:g} seconds (`request_timeout_s`), or those of the header `{DEADLINE_HEADER}`.
Every further key is an option, its value text:

{options}
"""
