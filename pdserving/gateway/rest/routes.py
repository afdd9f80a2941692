"""The route `POST /v1/ocr`: files come, are read, and are answered in the form that was asked for."""

import logging
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from pdserving.config.schema import Limits
from pdserving.errors import client_error, is_fault
from pdserving.gateway.errors import rest_error
from pdserving.gateway.gathering import PartError
from pdserving.gateway.pdf.pool import PdfPool, RequestPdfs
from pdserving.gateway.rest.answer import build_answer
from pdserving.gateway.rest.media import wanted_form
from pdserving.gateway.rest.openapi import description, failure_responses, parameters, request_body, success
from pdserving.gateway.rest.reading import FileReader
from pdserving.gateway.rest.upload import read_upload
from pdserving.gateway.workers.picture_reader import Read

_log = logging.getLogger(__name__)

_PATH = "/v1/ocr"


def ocr_router(read: Read, pdf_pool: PdfPool, limits: Limits) -> APIRouter:
    """The router of `/v1/ocr`.

    Args:
        read: reads a picture with a request's options and id, as `PictureReader.read` does.
        pdf_pool: reads and writes PDFs.
        limits: the limits of bodies, files and pages.
    """
    router = APIRouter(tags=["REST"])
    reader = FileReader(read, limits)

    async def ocr(request: Request) -> Response:
        request_id = request.state.request_id
        uploads: list[Any] = []
        try:
            uploads, options = await read_upload(request, limits)
            form = wanted_form(options, ", ".join(request.headers.getlist("accept")))
            pdfs = RequestPdfs(pdf_pool, limits)
            files = await reader.read_files(uploads, pdfs, options, form, request_id)
            return await build_answer(files, pdfs, form, options, request_id)
        except PartError as failed:
            # A client that sent one file knows which one failed.
            name = uploads[failed.index].name or "without a name"
            place = f"file {failed.index + 1} ({name[:80]}): " if len(uploads) > 1 else ""
            return _failure(request, failed.error, place)
        except Exception as error:
            return _failure(request, error)

    router.add_api_route(
        _PATH,
        ocr,
        methods=["POST"],
        summary="Read pictures and PDFs",
        description=description(limits),
        response_class=JSONResponse,
        responses={200: success(), **failure_responses()},
        openapi_extra={"parameters": parameters(), "requestBody": request_body(limits)},
    )
    return router


def _failure(request: Request, error: Exception, place: str = "") -> Response:
    if is_fault(error):
        _log.error("request %s failed", request.state.request_id, exc_info=error)
    return rest_error(request, client_error(error), place)
