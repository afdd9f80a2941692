"""`POST /v1/ocr`."""

import asyncio
import logging
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from pdserving.config.schema import Limits
from pdserving.errors import status_of
from pdserving.gateway.rest.answer import build_answer
from pdserving.gateway.rest.errors import error_answer
from pdserving.gateway.rest.media import wanted_form
from pdserving.gateway.rest.options import OcrOptions
from pdserving.gateway.rest.reading import FileError, Read, read_files
from pdserving.gateway.rest.schema import ErrorOut, OcrOut
from pdserving.gateway.rest.upload import FILE_FIELD, FORM, JSON, JsonBody, read_upload

_log = logging.getLogger(__name__)

PATH = "/v1/ocr"
FAILURES = {
    400: "not a request of this route, an option of a wrong value, or an empty picture",
    406: "no form of answer that the client accepts",
    413: "the body, a picture or a page is too large, or there are too many pages",
    415: "a file of a format that is not accepted",
    422: "a broken picture or PDF, or an encrypted one",
    500: "a fault of the service",
    503: "no worker answers",
    504: "no answer in time",
}
OTHER_FORMS = ("text/plain", "text/markdown", "application/xhtml+xml", "text/html", "application/pdf", "image/png")


def ocr_router(read: Read, limits: Limits) -> APIRouter:
    """The route.

    Args:
        read: reads a picture with a request's options and id, as `Reader.read` does.
        limits: of bodies, files, pages and time.
    """
    router = APIRouter(tags=["REST"])

    async def ocr(request: Request) -> Response:
        request_id = request.state.request_id
        uploads: list[Any] = []
        try:
            uploads, options = await read_upload(request, limits)
            form = wanted_form(options, request.headers.get("accept", ""))
            files = await read_files(uploads, options, read, limits, request_id)
            return await asyncio.to_thread(build_answer, files, form, options, request_id, limits.max_image_pixels)
        except FileError as failed:
            # A client that sent one file knows which.
            name = uploads[failed.index].name or "without a name"
            place = f"file {failed.index + 1} ({name[:80]}): " if len(uploads) > 1 else ""
            return _failure(request, failed.error, place)
        except Exception as error:
            return _failure(request, error)

    router.add_api_route(
        PATH,
        ocr,
        methods=["POST"],
        summary="Read pictures and PDFs",
        description=(
            f"Up to {limits.max_images} files, {limits.max_message_bytes} bytes in all, of at most "
            f"{limits.max_image_pixels} pixels a picture or page and {limits.max_pages} pages a PDF, as `{FILE_FIELD}` "
            "parts of a form or as base64 in JSON. Nothing is fetched from an address, and no path is read. "
            "`format` and `visualize` may be in the query, too; with `visualize` and `Accept: image/png` a single page "
            "is answered as its drawing."
        ),
        response_class=JSONResponse,
        responses={
            200: {
                "model": OcrOut,
                "description": "what was read",
                "content": {media_type: {} for media_type in OTHER_FORMS},
            },
            **{status: {"model": ErrorOut, "description": text} for status, text in FAILURES.items()},
        },
        openapi_extra={"requestBody": _request_body(limits)},
    )
    return router


def _failure(request: Request, error: Exception, place: str = "") -> Response:
    if status_of(error) is None:
        _log.error("request %s failed", request.state.request_id, exc_info=error)
    return error_answer(request, error, place)


def _request_body(limits: Limits) -> dict[str, Any]:
    form = OcrOptions.model_json_schema(ref_template="#/components/schemas/{model}")
    form["properties"] = {
        FILE_FIELD: {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "minItems": 1,
            "maxItems": limits.max_images,
            "description": "pictures (JPEG, PNG, BMP, WebP, TIFF) and PDFs",
        },
        **form["properties"],
    }
    form["required"] = [FILE_FIELD]
    document = JsonBody.model_json_schema()
    document["properties"]["files"] |= {"minItems": 1, "maxItems": limits.max_images}
    definitions = document.pop("$defs")
    document["properties"]["files"]["items"] = definitions["JsonFile"]
    return {"required": True, "content": {FORM: {"schema": form}, JSON: {"schema": document}}}
