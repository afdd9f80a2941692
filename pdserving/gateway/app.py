"""The gateway's application: all routes in front of the workers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from pdserving.admission import Admission, in_flight_limit
from pdserving.errors import STATUS, WrongServiceError
from pdserving.gateway.error_forms import PREDICTION, answer_error
from pdserving.gateway.health_routes import health_router
from pdserving.gateway.hub_routes import hub_router
from pdserving.gateway.metrics import GatewayMetrics
from pdserving.gateway.page_routes import page_router
from pdserving.gateway.pdf.pool import PdfPool
from pdserving.gateway.pipeline_routes import pipeline_error, pipeline_router
from pdserving.gateway.protection import add_access, add_headers
from pdserving.gateway.reader import Reader
from pdserving.gateway.request_guard import RequestGuard
from pdserving.gateway.request_watch import RequestWatch
from pdserving.gateway.rest.docs import add_docs
from pdserving.gateway.rest.errors import error_json
from pdserving.gateway.rest.routes import ocr_router
from pdserving.gateway.unread_body import UnreadBody
from pdserving.gateway.workers import Workers
from pdserving.supervision.launch import Launch
from pdserving.supervision.restarts import read_restarts

ABOUT = (
    "Finds lines of text in pictures and PDFs, turns those upright that stand on their head, and reads them. "
    "All routes share the same models and limits."
)


def create_app(launch: Launch) -> FastAPI:
    """The application, for what the supervisor says.

    Raises:
        HubError: the `module.py` of a hub service cannot be loaded.
    """
    settings = launch.settings
    metrics = GatewayMetrics(lambda: read_restarts(launch.folder))
    workers = Workers(settings, launch.sockets, metrics.retries.inc)
    metrics.watch_pictures(lambda: workers.places.waiting)
    reader = Reader(workers)
    pdfs = PdfPool(settings.limits)

    @asynccontextmanager
    async def connect(_: FastAPI) -> AsyncIterator[None]:
        async with workers, pdfs:
            yield

    app = FastAPI(
        title="OCR service",
        description=ABOUT,
        lifespan=connect,
        openapi_url=None,  # `add_docs` has the routes
        redirect_slashes=False,
    )
    app.add_exception_handler(HTTPException, _answer_http_error)
    app.include_router(page_router())
    app.include_router(ocr_router(reader.read, pdfs, settings.limits))
    app.include_router(hub_router(settings.hub_services, reader.read, settings.limits))
    app.include_router(pipeline_router(workers, settings.limits))
    add_docs(app)
    app.include_router(health_router(workers, metrics))
    app.add_middleware(
        RequestGuard,
        admission=Admission(in_flight_limit(settings.limits.max_in_flight)),
        timeout_s=settings.limits.request_timeout_s,
        metrics=metrics,
        answer_error=answer_error,
    )
    add_access(app, settings.security)
    app.add_middleware(UnreadBody)
    app.add_middleware(RequestWatch, metrics=metrics, answer_fault=answer_error)
    add_headers(app)
    return app


async def _answer_http_error(request: Request, error: Exception) -> JSONResponse:
    """A path or method that there is not, in the form of the protocol that it looks like."""
    if not isinstance(error, HTTPException):
        raise error
    hint = error.detail
    if error.status_code == HTTPStatus.NOT_FOUND:
        hint = "there is no such path; /docs and /openapi.json list those that there are"
    elif error.headers and "Allow" in error.headers:
        hint = f"accepted: {error.headers['Allow']}"
    message = f"{request.method} {request.url.path}: {hint}"
    if request.url.path.endswith(PREDICTION):
        answer = pipeline_error(STATUS[WrongServiceError.code].err_no, message, error.status_code)
    else:
        answer = error_json(request, WrongServiceError.code, message, error.status_code)
    answer.headers.update(error.headers or {})
    return answer
