"""The gateway's application: all routes in front of the workers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from pdserving.admission import Admission
from pdserving.config import Settings
from pdserving.config.auto import max_in_flight
from pdserving.errors import WrongServiceError
from pdserving.gateway.errors import PREDICTION, answer_error, pipeline_error, rest_error
from pdserving.gateway.hub.routes import hub_router
from pdserving.gateway.middleware.access import Access
from pdserving.gateway.middleware.admission import AdmissionControl
from pdserving.gateway.middleware.headers import SecurityHeaders
from pdserving.gateway.middleware.unread_body import UnreadBody
from pdserving.gateway.middleware.watch import RequestWatch
from pdserving.gateway.operation.health import health_router
from pdserving.gateway.operation.metrics import GatewayMetrics
from pdserving.gateway.pdf.pool import PdfPool
from pdserving.gateway.pipeline.routes import pipeline_router
from pdserving.gateway.request_id import HEADER
from pdserving.gateway.rest.routes import ocr_router
from pdserving.gateway.web.docs import add_docs
from pdserving.gateway.web.routes import web_router
from pdserving.gateway.workers.picture_reader import PictureReader
from pdserving.gateway.workers.pool import WorkerPool
from pdserving.security.guard import API_KEY, AUTHORIZATION, Guard
from pdserving.supervision.launch import Launch
from pdserving.supervision.restarts import read_restarts

_ABOUT = (
    "Finds lines of text in pictures and PDFs, turns those upright that stand on their head, and reads them. "
    "All routes share the same models and limits."
)


_REQUEST_ID = HEADER.decode()
_PREFLIGHT_S = 600  # that a browser remembers what a preflight allowed


def create_app(launch: Launch) -> FastAPI:
    """The application, for what the supervisor says.

    Raises:
        HubError: the `module.py` of a hub service cannot be loaded.
    """
    settings = launch.settings
    metrics = GatewayMetrics(lambda: read_restarts(launch.folder))
    workers = WorkerPool(settings, launch.sockets, metrics.retries.inc)
    metrics.watch_pictures(lambda: workers.places.waiting)
    reader = PictureReader(workers)
    pdfs = PdfPool(settings.limits)

    @asynccontextmanager
    async def connect(_: FastAPI) -> AsyncIterator[None]:
        async with workers, pdfs:
            yield

    app = FastAPI(
        title="OCR service",
        description=_ABOUT,
        lifespan=connect,
        openapi_url=None,  # `add_docs` has the routes
        redirect_slashes=False,
    )
    app.add_exception_handler(HTTPException, _answer_http_error)
    app.include_router(web_router())
    app.include_router(ocr_router(reader.read, pdfs, settings.limits))
    app.include_router(hub_router(settings.hub_services, reader.read, settings.limits))
    app.include_router(pipeline_router(workers.call, settings.limits))
    add_docs(app)
    app.include_router(health_router(workers, metrics))
    _add_middleware(app, settings, metrics)
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
    wrong = WrongServiceError(f"{request.method} {request.url.path}: {hint}")
    if request.url.path.endswith(PREDICTION):
        answer = pipeline_error(request, wrong, error.status_code)
    else:
        answer = rest_error(request, wrong, status=error.status_code)
    answer.headers.update(error.headers or {})
    return answer


def _add_middleware(app: FastAPI, settings: Settings, metrics: GatewayMetrics) -> None:
    """Put the middleware in front of the routes: the last one added is the first that sees a request."""
    app.add_middleware(
        AdmissionControl,
        admission=Admission(max_in_flight(settings.limits)),
        timeout_s=settings.limits.request_timeout_s,
        metrics=metrics,
        answer_error=answer_error,
    )
    security = settings.security
    app.add_middleware(Access, guard=Guard(security))
    if security.cors_origins:
        # Outside the access: a preflight has no key, and a page may read why it was refused. No cookies, no credentials
        # of the browser's: a page has to know a key.
        app.add_middleware(
            CORSMiddleware,
            allow_origins=security.cors_origins,
            allow_methods=("GET", "POST"),
            allow_headers=(AUTHORIZATION, API_KEY, "Content-Type", _REQUEST_ID),
            expose_headers=(_REQUEST_ID, "Retry-After"),
            max_age=_PREFLIGHT_S,
        )
    app.add_middleware(UnreadBody)
    app.add_middleware(RequestWatch, metrics=metrics, answer_fault=answer_error)
    app.add_middleware(SecurityHeaders)
