"""The middleware around an application: what a route finds and leaves, and what becomes of a fault."""

import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse

from pdserving.gateway.middleware.watch import RequestWatch
from pdserving.gateway.operation.metrics import GatewayMetrics
from pdserving.logs import FIELDS
from tests.support.in_process import ask_app

ID = {"X-Request-ID": "mine"}


async def answer_fault(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"fault": type(error).__name__, "id": request.state.request_id}, 500)


@pytest.fixture
def metrics() -> GatewayMetrics:
    """The metrics of one test."""
    return GatewayMetrics(dict)


@pytest.fixture
def app(metrics: GatewayMetrics) -> FastAPI:
    """An application whose routes succeed, fail and break off."""
    app = FastAPI()
    app.add_middleware(RequestWatch, metrics=metrics, answer_fault=answer_fault)

    @app.get("/id")
    async def tell_id(request: Request) -> str:
        return str(request.state.request_id)

    @app.get("/code")
    async def leave_code(request: Request) -> JSONResponse:
        request.state.error_code = "image_broken"
        return JSONResponse({}, 422)

    @app.get("/fault")
    async def fault() -> None:
        raise ZeroDivisionError("in a route")

    @app.get("/broken")
    async def broken() -> StreamingResponse:
        async def chunks() -> AsyncIterator[bytes]:
            yield b"12345"
            raise ZeroDivisionError("in the middle")

        return StreamingResponse(chunks())

    return app


def get(app: FastAPI, path: str) -> httpx.Response:
    return ask_app(app, path, headers=ID)


def line(caplog: pytest.LogCaptureFixture) -> dict[str, object]:
    """The fields of the one request's line."""
    (found,) = [getattr(record, FIELDS) for record in caplog.records if hasattr(record, FIELDS)]
    assert isinstance(found, dict)
    return found


def test_a_route_finds_the_requests_id(app: FastAPI) -> None:
    reply = get(app, "/id")
    assert (reply.json(), reply.headers["x-request-id"]) == ("mine", "mine")


def test_the_line_has_the_error_code_that_a_route_left(app: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert get(app, "/code").status_code == 422
    assert (line(caplog)["error_code"], line(caplog)["status"]) == ("image_broken", 422)
    assert "error image_broken" in caplog.text


def test_a_fault_is_answered_logged_once_and_counted(
    app: FastAPI, metrics: GatewayMetrics, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        reply = get(app, "/fault")
    assert (reply.status_code, reply.json()) == (500, {"fault": "ZeroDivisionError", "id": "mine"})
    assert reply.headers["x-request-id"] == "mine"
    assert (line(caplog)["error_code"], line(caplog)["bytes_out"]) == ("internal", len(reply.content))
    (traced,) = [record for record in caplog.records if record.exc_info]
    assert traced.getMessage() == "request mine failed"
    text = metrics.exposition().decode()
    assert 'pdserving_requests_total{method="GET",route="/fault",status="500"} 1.0' in text
    assert "pdserving_requests_in_flight 0.0" in text


def test_a_fault_in_the_middle_of_an_answer_ends_it(
    app: FastAPI, metrics: GatewayMetrics, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO), pytest.raises(ZeroDivisionError):
        get(app, "/broken")
    assert (line(caplog)["status"], line(caplog)["bytes_out"]) == (200, 5)
    assert line(caplog)["error_code"] == "internal"
    assert "pdserving_requests_in_flight 0.0" in metrics.exposition().decode()
