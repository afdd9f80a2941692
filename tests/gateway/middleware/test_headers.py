"""The middleware that tells browsers what an answer may not do."""

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from pdserving.gateway.middleware.headers import SecurityHeaders
from tests.support.in_process import ask_app


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'self'"}
    await Response(b"hi", headers=headers if scope["path"] == "/own" else {})(scope, receive, send)


def test_an_answer_gets_the_headers_that_it_lacks() -> None:
    headers = ask_app(SecurityHeaders(answer)).headers
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_an_answer_keeps_the_headers_that_it_has() -> None:
    headers = ask_app(SecurityHeaders(answer), "/own").headers
    assert headers.get_list("content-security-policy") == ["default-src 'self'"]
    assert headers.get_list("cache-control") == ["no-cache"]
    assert headers["x-content-type-options"] == "nosniff"
