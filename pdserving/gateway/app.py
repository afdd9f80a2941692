"""The gateway's application: the routes of every protocol, with documentation and middleware around them."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Lifespan

from pdserving.admission import Admission
from pdserving.config import Settings
from pdserving.config.auto import max_in_flight
from pdserving.gateway.errors import answer_error, answer_http_error
from pdserving.gateway.hub.routes import hub_router
from pdserving.gateway.middleware.access import Access
from pdserving.gateway.middleware.admission import AdmissionControl
from pdserving.gateway.middleware.headers import SecurityHeaders
from pdserving.gateway.middleware.watch import RequestWatch
from pdserving.gateway.operation.metrics import GatewayMetrics
from pdserving.gateway.operation.routes import operation_router
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
    "Finds lines of text in pictures and PDFs, turns those that are upside down, and reads them. "
    "All routes share the same models and limits."
)
_REQUEST_ID = HEADER.decode()
_PREFLIGHT_S = 600  # for which a browser remembers what a preflight allowed


def create_app(launch: Launch) -> FastAPI:
    """The gateway's application, in front of the workers that the supervisor names.

    Raises:
        HubError: the `module.py` of a hub service cannot be loaded.
    """
    settings = launch.settings
    metrics = GatewayMetrics(lambda: read_restarts(launch.folder))
    workers = WorkerPool(settings, launch.sockets, metrics.retries.inc)
    metrics.watch_pictures(lambda: workers.places.waiting)
    read = PictureReader(workers).read
    pdfs = PdfPool(settings.limits)

    @asynccontextmanager
    async def connect(_: FastAPI) -> AsyncIterator[None]:
        async with workers, pdfs:
            yield

    routers = (
        web_router(),
        ocr_router(read, pdfs, settings.limits),
        hub_router(settings.hub_services, read, settings.limits),
        pipeline_router(workers.call, settings.limits),
        operation_router(workers, metrics),
    )
    return build_app(routers, settings, metrics, connect)


def build_app(
    routers: Iterable[APIRouter], settings: Settings, metrics: GatewayMetrics, lifespan: Lifespan[FastAPI] | None = None
) -> FastAPI:
    """An application of these routes, with `/docs`, `/openapi.json` and all middleware.

    Args:
        routers: the routes.
        settings: the configuration, of which limits and security are looked at.
        metrics: where requests are counted.
        lifespan: the context in which the application serves.
    """
    app = FastAPI(
        title="OCR service",
        description=_ABOUT,
        lifespan=lifespan,
        openapi_url=None,  # `add_docs` has the routes
        redirect_slashes=False,
    )
    app.add_exception_handler(HTTPException, answer_http_error)
    for router in routers:
        app.include_router(router)
    add_docs(app)
    _add_middleware(app, settings, metrics)
    return app


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
        # Outside of `Access`: a preflight has no key, and a script may read why its request was refused. Cookies and
        # the browser's credentials are not allowed: a script has to know a key.
        app.add_middleware(
            CORSMiddleware,
            allow_origins=security.cors_origins,
            allow_methods=("GET", "POST"),
            allow_headers=(AUTHORIZATION, API_KEY, "Content-Type", _REQUEST_ID),
            expose_headers=(_REQUEST_ID, "Retry-After"),
            max_age=_PREFLIGHT_S,
        )
    app.add_middleware(RequestWatch, metrics=metrics, answer_fault=answer_error)
    app.add_middleware(SecurityHeaders)
