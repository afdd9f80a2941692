"""The route of the pipeline protocol over HTTP: `POST /<service>/prediction`, as Paddle Serving's gateway has it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter
from fastapi.responses import JSONResponse

from pdserving.config.accepted import accepted
from pdserving.config.request_options import KEY_FIELDS
from pdserving.config.schema import Limits
from pdserving.errors import AnsweredError, ModuleFailedError, RequestError, TooManyImagesError, kind_of_number
from pdserving.gateway.body import parse_json, read_body
from pdserving.gateway.deadline import HEADER as DEADLINE_HEADER
from pdserving.gateway.errors import pipeline_content, pipeline_error
from pdserving.gateway.openapi import REST_ONLY, failures
from pdserving.gateway.pipeline.schema import REQUEST_EXAMPLES, VALUE_EXAMPLE, PipelineAnswer, PipelineBody
from pdserving.protocol import REQUEST_ID, SERVICE, STRING, Response
from pdserving.protocol import Request as PipelineRequest

Call = Callable[[PipelineRequest], Awaitable[Response]]
"""Has a worker answer a request, as `WorkerPool.call` does."""

_PATH = "/{service}/prediction"
_EXAMPLE = 'a pipeline request such as {"key": ["image"], "value": ["<base64>"]}'
_NEVER_ANSWERED = (*REST_ONLY, TooManyImagesError, ModuleFailedError)


def pipeline_router(call: Call, limits: Limits) -> APIRouter:
    """The router of `/<service>/prediction`.

    Args:
        call: has a worker answer a request, as `WorkerPool.call` does; raises RequestError.
        limits: the limits of bodies.
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
    body = {"required": True, "content": {"application/json": {"schema": schema, "examples": REQUEST_EXAMPLES}}}
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
                "content": {"application/json": {"example": pipeline_content(0, "", ["result"], [VALUE_EXAMPLE])}},
            },
            **failures(PipelineAnswer, lambda kind: pipeline_content(kind.number, kind.example), _NEVER_ANSWERED),
        },
        openapi_extra={"requestBody": body},
    )
    return router


def parse_request(body: bytes, limits: Limits) -> PipelineRequest:
    """The pipeline `Request` that a JSON body stands for.

    Raises:
        BodyInvalidError: it is not JSON, has an unknown field or a field of the wrong type.
        JsonTooDeepError: it is deeper than `limits.max_json_depth`.
    """
    fields = parse_json(body, PipelineBody, _EXAMPLE, limits)
    return PipelineRequest(**fields.model_dump(exclude={"tensors"}))


def _description(limits: Limits) -> str:
    options = "\n".join(f"- `{key}` ({accepted(field)}): {field.description}" for key, field in KEY_FIELDS.items())
    return f"""\
`image` is a picture's file (JPEG, PNG, BMP, WebP or TIFF) as base64, of at most {limits.max_image_pixels} pixels
(`max_image_pixels`) in {limits.max_message_bytes} bytes of body (`max_message_bytes`), and is read within
{limits.request_timeout_s:g} seconds (`request_timeout_s`), or those of the header `{DEADLINE_HEADER}`.
Of a TIFF or an animation the first frame is read; `POST /v1/ocr` reads every page of a TIFF.
Every further key is an option, its value text:

{options}
"""
