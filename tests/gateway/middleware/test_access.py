"""The middleware that lets callers in, around an application that says who was let in."""

import hashlib
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pdserving.config.schema import SecuritySection
from pdserving.gateway.errors import answer_error
from pdserving.gateway.middleware.access import Access
from pdserving.gateway.middleware.watch import RequestWatch
from pdserving.gateway.operation.metrics import GatewayMetrics
from pdserving.security.guard import Guard
from tests.support.in_process import ask_app

KEY = "k" * 43
BEARER = {"Authorization": f"Bearer {KEY}"}


async def tell_name(scope: Scope, receive: Receive, send: Send) -> None:
    answer = JSONResponse({"key_name": getattr(Request(scope).state, "key_name", "not asked")})
    await answer(scope, receive, send)


def guarded(security: SecuritySection) -> ASGIApp:
    return RequestWatch(Access(tell_name, Guard(security)), GatewayMetrics(dict), answer_error)


@pytest.fixture
def app(tmp_path: Path) -> ASGIApp:
    """An application that asks for the key of alice."""
    keys = tmp_path / "keys"
    keys.write_text(f"alice sha256:{hashlib.sha256(KEY.encode()).hexdigest()}\n")
    return guarded(SecuritySection(keys_file=keys))


@pytest.mark.parametrize("headers", [BEARER, {"authorization": f"BEARER  {KEY} "}, {"X-API-Key": KEY}])
def test_a_key_is_known_by_its_name(app: ASGIApp, headers: dict[str, str]) -> None:
    reply = ask_app(app, "/v1/ocr", "POST", headers)
    assert (reply.status_code, reply.json()) == (200, {"key_name": "alice"})


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "no API key"),
        ({"Authorization": "Basic YTpi"}, "no API key"),
        ({"X-API-Key": "x" * 43}, "the API key is not accepted"),
        ({**BEARER, "X-API-Key": "x" * 43}, "two API keys"),
    ],
)
def test_who_has_no_key_is_told_how_to_send_one(app: ASGIApp, headers: dict[str, str], message: str) -> None:
    reply = ask_app(app, "/v1/ocr", "POST", headers)
    assert (reply.status_code, reply.headers["www-authenticate"]) == (401, 'Bearer realm="OCR service"')
    error = reply.json()["error"]
    assert error["code"] == "unauthenticated"
    assert error["message"] == f"{message}; accepted: 'Authorization: Bearer KEY' or 'X-API-Key: KEY'"


def test_a_refusal_has_its_protocols_form(app: ASGIApp) -> None:
    assert ask_app(app, "/ocr/prediction", "POST").json()["err_no"] == 5030
    assert ask_app(app, "/predict/ocr_det", "POST").json()["status"] == "-1"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/page/page.js"])
def test_the_web_page_and_probes_ask_for_no_key(app: ASGIApp, path: str, method: str) -> None:
    assert ask_app(app, path, method).status_code == 200


@pytest.mark.parametrize(
    ("path", "method"), [("/", "POST"), ("/metrics", "GET"), ("/docs", "GET"), ("/page/a/b", "GET"), ("/page", "GET")]
)
def test_all_else_asks_for_a_key(app: ASGIApp, path: str, method: str) -> None:
    assert ask_app(app, path, method).status_code == 401


def test_without_keys_everybody_is_let_in() -> None:
    assert ask_app(guarded(SecuritySection()), "/v1/ocr", "POST").json() == {"key_name": None}


def test_one_who_asks_too_often_is_told_when_to_come_again() -> None:
    app = guarded(SecuritySection(rate_limit=1, rate_burst=2))
    replies = [ask_app(app, "/v1/ocr", "POST") for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert replies[2].json()["error"]["code"] == "rate_limited"
    assert 50 <= int(replies[2].headers["retry-after"]) <= 60
    assert ask_app(app, "/healthz").status_code == 200
