"""`/healthz`, `/readyz` and `/metrics`, for those who run the service."""

import asyncio
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field

from pdserving.errors import WorkerUnavailableError
from pdserving.exposition import CONTENT_TYPE
from pdserving.gateway.operation.metrics import GatewayMetrics
from pdserving.gateway.workers.metrics import merge_expositions
from pdserving.gateway.workers.pool import WorkerPool
from pdserving.gateway.workers.worker import PROBE_TIMEOUT_S, Worker

_NOT_READY = 503


class Health(BaseModel):
    """The gateway lives."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """A worker is warm."""

    status: Literal["ready"] = "ready"


class Unreadiness(BaseModel):
    """No worker answers."""

    status: Literal["not ready"] = "not ready"
    reason: str = Field(description="what is missing", examples=[f"no worker answers within {PROBE_TIMEOUT_S:g} s"])


def operation_router(workers: WorkerPool, metrics: GatewayMetrics) -> APIRouter:
    """The three routes, for GET and HEAD.

    Args:
        workers: the workers that are asked.
        metrics: the metrics of the gateway itself.
    """
    router = APIRouter(tags=["health"])

    async def healthz() -> Health:
        return Health()

    async def readyz() -> Response:
        asked = [asyncio.create_task(_ask(worker)) for worker in workers.all]
        try:
            for answer in asyncio.as_completed(asked):
                if not isinstance(reason := await answer, WorkerUnavailableError):
                    return JSONResponse(Readiness().model_dump())
        finally:
            for task in asked:
                task.cancel()
        return JSONResponse(Unreadiness(reason=str(reason)).model_dump(), _NOT_READY)

    async def read_metrics() -> Response:
        answers = await asyncio.gather(*map(_ask, workers.all))
        texts = {number: answer for number, answer in enumerate(answers) if isinstance(answer, bytes)}
        for number in range(len(answers)):
            metrics.tell_worker(number, number in texts)
        return Response(metrics.exposition() + merge_expositions(texts), media_type=CONTENT_TYPE)

    router.get(
        "/healthz",
        summary="Does the gateway live?",
        description="Answers as soon as the gateway takes requests, whatever its workers do.",
        response_description="it does",
    )(healthz)
    router.get(
        "/readyz",
        summary="Can a picture be read?",
        description=(
            f"Asks the workers, for {PROBE_TIMEOUT_S:g} s at most: one answers once its models are loaded and warm."
        ),
        response_class=JSONResponse,
        responses={
            200: {"model": Readiness, "description": "a worker is warm"},
            _NOT_READY: {"model": Unreadiness, "description": "no worker answers: send no pictures now"},
        },
    )(readyz)
    router.get(
        "/metrics",
        summary="Metrics for Prometheus",
        description=(
            "Prometheus's text format 0.0.4. Of the gateway: requests and their duration by route template, method and "
            "status, requests in flight and refused, pictures that were sent to another worker, whether each worker "
            "answers, processes that were replaced. Of each worker that answers, by its number in the label `worker`: "
            "time and batch size by stage, pages in flight and dropped, what waits. Of all: memory, processor time, "
            "open files, threads."
        ),
        response_class=PlainTextResponse,
        response_description="the metrics",
    )(read_metrics)
    for path, endpoint in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", read_metrics)):
        router.add_api_route(path, endpoint, methods=["HEAD"], include_in_schema=False)
    return router


async def _ask(worker: Worker) -> bytes | WorkerUnavailableError:
    """A worker's metrics, or why there are none."""
    try:
        return await worker.probe.metrics()
    except WorkerUnavailableError as error:
        return error
