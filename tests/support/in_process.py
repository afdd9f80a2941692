"""Serves applications from a thread of the tests' own process: no server process, no worker, no model."""

import asyncio
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import uvicorn
from starlette.types import ASGIApp

from pdserving.config import Settings
from pdserving.config.schema import HubService, Limits
from pdserving.gateway.app import build_app
from pdserving.gateway.connection import limited_http
from pdserving.gateway.hub.routes import hub_router
from pdserving.gateway.operation.metrics import GatewayMetrics
from pdserving.gateway.operation.routes import operation_router
from pdserving.gateway.pdf.pool import PdfPool
from pdserving.gateway.pipeline.routes import pipeline_router
from pdserving.gateway.rest.routes import ocr_router
from pdserving.gateway.web.routes import web_router
from pdserving.gateway.workers.pool import WorkerPool
from pdserving.page_answer import LineAnswer, PageAnswer
from pdserving.protocol import Request, Response

TICK_S = 0.01

# What every picture says: a line, and below it one that was upside down.
PAGE = PageAnswer(
    width=400,
    height=200,
    lines=[
        LineAnswer([[10.0, 10.0], [90.004, 10.0], [90.0, 30.0], [10.0, 30.0]], "Hello you", 0.9, 0, 0.99, []),
        LineAnswer([[10.0, 60.0], [90.0, 60.0], [90.0, 80.0], [10.0, 80.0]], "春", 0.75, 180, 0.98, [0.5]),
    ],
    timings_ms={"decode": 1.0, "det": 2.0, "cls": 3.0, "rec": 4.0, "total": 10.0},
)


@dataclass(frozen=True)
class Asked:
    """One picture that was to be read."""

    picture: bytes
    options: Mapping[str, str]
    request_id: str


@dataclass(frozen=True)
class PageReader:
    """Reads every picture as `PAGE`.

    Attributes:
        errors: what is raised instead, by picture.
        asked: the pictures that came.
    """

    errors: Mapping[bytes, Exception] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    async def read(self, picture: bytes, options: Mapping[str, str], request_id: str) -> PageAnswer:
        """Answer as `PictureReader.read` does."""
        self.asked.append(Asked(picture, dict(options), request_id))
        if picture in self.errors:
            raise self.errors[picture]
        return PAGE


@dataclass(frozen=True)
class Calls:
    """Answers every pipeline `Request` alike.

    Attributes:
        response: the answer.
        asked: the requests that came.
    """

    response: Response
    asked: list[Request] = field(default_factory=list)

    async def call(self, request: Request) -> Response:
        """Answer as `WorkerPool.call` does."""
        self.asked.append(request)
        return self.response


@dataclass(frozen=True)
class Gateway:
    """A gateway that answers on a port of the loopback interface."""

    http_port: int
    reader: PageReader
    calls: Calls


@contextmanager
def running_gateway(
    settings: Settings,
    reader: PageReader | None = None,
    response: Response | None = None,
    services: Sequence[HubService] | None = None,
) -> Iterator[Gateway]:
    """All routes of the gateway with its middleware, in front of no worker.

    Args:
        settings: the configuration.
        reader: reads the pictures of REST and hub.
        response: the answer to every pipeline request.
        services: the hub services in the place of the configuration's.
    """
    limits = settings.limits
    reader = reader or PageReader()
    calls = Calls(response or Response(key=["result"], value=["[]"]))
    metrics = GatewayMetrics(dict)
    routers = (
        web_router(),
        ocr_router(reader.read, PdfPool(limits), limits),
        hub_router(settings.hub_services if services is None else services, reader.read, limits),
        pipeline_router(calls.call, limits),
        operation_router(WorkerPool(settings, Path("no-sockets"), metrics.retries.inc), metrics),
    )
    with served(build_app(routers, settings, metrics), limits) as port:
        yield Gateway(port, reader, calls)


@contextmanager
def served(app: ASGIApp, limits: Limits) -> Iterator[int]:
    """The port at which an application is served, by connections with these limits."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=limited_http(limits), lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(server.run, [listening])
        try:
            while not server.started:
                assert not done.done()
                time.sleep(TICK_S)
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            done.result()


def ask_app(
    app: ASGIApp,
    path: str = "/",
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    content: bytes = b"",
) -> httpx.Response:
    """What an application answers when it is called without a server."""

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.request(method, path, headers=dict(headers or {}), content=content)

    # In a thread of its own: the browser of other tests has an event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, ask()).result()
