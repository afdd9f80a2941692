"""`/healthz`, `/readyz` and `/metrics`: what those ask who run the service."""

from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field

from pdserving.errors import WorkerUnavailableError
from pdserving.exposition import CONTENT_TYPE
from pdserving.gateway.metrics import GatewayMetrics
from pdserving.gateway.worker_probe import TIMEOUT_S, WorkerProbe

NOT_READY = 503


class Health(BaseModel):
    """The gateway lives."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """A worker is warm."""

    status: Literal["ready"] = "ready"


class Unreadiness(BaseModel):
    """No worker answers."""

    status: Literal["not ready"] = "not ready"
    reason: str = Field(description="what is missing", examples=[f"no worker answers within {TIMEOUT_S:g} s"])


def health_router(probe: Callable[[], WorkerProbe], metrics: GatewayMetrics) -> APIRouter:
    """The three routes, for GET and HEAD.

    Args:
        probe: the worker's, once the gateway has started.
        metrics: the gateway's own.
    """
    router = APIRouter(tags=["health"])

    async def healthz() -> Health:
        return Health()

    async def readyz() -> Response:
        try:
            await probe().metrics()
        except WorkerUnavailableError as error:
            return JSONResponse(Unreadiness(reason=str(error)).model_dump(), NOT_READY)
        return JSONResponse(Readiness().model_dump())

    async def read_metrics() -> Response:
        try:
            of_worker = await probe().metrics()
        except WorkerUnavailableError:
            of_worker = b""
        metrics.worker_up.set(1 if of_worker else 0)
        return Response(metrics.exposition() + of_worker, media_type=CONTENT_TYPE)

    router.get(
        "/healthz",
        summary="Does the gateway live?",
        description="Answers as soon as the gateway takes requests, whatever its worker does.",
        response_description="it does",
    )(healthz)
    router.get(
        "/readyz",
        summary="Can a picture be read?",
        description=f"Asks the worker, for {TIMEOUT_S:g} s at most: it answers once its models are loaded and warm.",
        response_class=JSONResponse,
        responses={
            200: {"model": Readiness, "description": "a worker is warm"},
            NOT_READY: {"model": Unreadiness, "description": "no worker answers: send no pictures now"},
        },
    )(readyz)
    router.get(
        "/metrics",
        summary="Metrics for Prometheus",
        description=(
            "Prometheus's text format 0.0.4. Of the gateway: requests and their duration by route template, method and "
            "status, requests in flight and refused, whether the worker answers. Of the worker, where it does: time "
            "and batch size by stage, pages in flight and dropped, what waits. Of both: memory, processor time, open "
            "files, threads."
        ),
        response_class=PlainTextResponse,
        response_description="the metrics",
    )(read_metrics)
    for path, endpoint in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", read_metrics)):
        router.add_api_route(path, endpoint, methods=["HEAD"], include_in_schema=False)
    return router
