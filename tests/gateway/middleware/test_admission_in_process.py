"""The middleware that admits requests, around applications that wait, fail and answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pdserving.admission import Admission
from pdserving.errors import OverloadedError, RequestError, TryLaterError
from pdserving.gateway.deadline import current_deadline
from pdserving.gateway.middleware.admission import AdmissionControl
from pdserving.gateway.operation.metrics import GatewayMetrics

BODY: Message = {"type": "http.request", "body": b"hi", "more_body": False}
GONE: Message = {"type": "http.disconnect"}

ResultT = TypeVar("ResultT")


async def answer_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestError)
    headers = {"Retry-After": str(error.retry_after_s)} if isinstance(error, TryLaterError) else {}
    return JSONResponse({"code": error.code, "message": str(error)}, error.http_status, headers)


@dataclass
class Call:
    """One request to an application, and what it has been answered so far.

    Attributes:
        coming: what the server tells of the client; after it, nothing comes.
        asked: how many messages the application has asked for.
    """

    coming: Sequence[Message] = (BODY,)
    headers: Sequence[tuple[bytes, bytes]] = ()
    method: str = "POST"
    asked: int = 0
    sent: list[Message] = field(default_factory=list)

    async def to(self, app: ASGIApp) -> "Call":
        scope = {"type": "http", "method": self.method, "path": "/", "headers": [*self.headers], "state": {}}
        await app(scope, self._receive, self._send)
        return self

    @property
    def status(self) -> int:
        status: int = self.sent[0]["status"]
        return status

    @property
    def told(self) -> dict[str, str]:
        """The headers of the answer."""
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])

    async def _receive(self) -> Message:
        self.asked += 1
        if self.asked > len(self.coming):
            await asyncio.Event().wait()
        return self.coming[self.asked - 1]

    async def _send(self, message: Message) -> None:
        self.sent.append(message)


class Waiting:
    """An application that answers when it is let go."""

    def __init__(self, status: int = 200) -> None:
        self.let_go = asyncio.Event()
        self.began = self.ended = 0
        self._status = status

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.began += 1
        try:
            await receive()
            await self.let_go.wait()
            await Response(b"done", self._status)(scope, receive, send)
        finally:
            self.ended += 1


def control(app: ASGIApp, room: int = 1, timeout_s: float = 60) -> AdmissionControl:
    return AdmissionControl(app, Admission(room), timeout_s, GatewayMetrics(dict), answer_error)


def run(test: Callable[[], Awaitable[ResultT]]) -> ResultT:
    """What a coroutine returns, run by a loop of its own: a test's browser may have one in this thread."""

    async def bounded() -> ResultT:
        async with asyncio.timeout(30):
            return await test()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, bounded()).result()


async def until(look: Callable[[], Any]) -> None:
    while not look():
        await asyncio.sleep(0.001)


def test_one_request_too_many_is_refused_before_its_body_is_read() -> None:
    async def test() -> None:
        app = Waiting()
        metrics = GatewayMetrics(dict)
        door = AdmissionControl(app, Admission(2), 60, metrics, answer_error)
        held = [asyncio.create_task(Call().to(door)) for _ in range(2)]
        await until(lambda: app.began == 2)
        refused = await Call().to(door)
        assert (refused.status, refused.asked) == (503, 0)
        assert OverloadedError.code.encode() in refused.body
        assert int(refused.told["retry-after"]) >= 1
        assert b"pdserving_requests_refused_total 1.0" in metrics.exposition()
        app.let_go.set()
        assert [(await call).body for call in held] == [b"done", b"done"]
        assert (await Call().to(door)).status == 200

    run(test)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_what_is_not_posted_needs_no_place(method: str) -> None:
    async def test() -> None:
        app = Waiting()
        app.let_go.set()
        assert (await Call(method=method).to(control(app, room=0))).status == 200

    run(test)


@pytest.mark.parametrize(
    ("headers", "source"), [((), "request_timeout_s"), (((b"x-request-timeout", b"0.05"),), "X-Re")]
)
def test_a_request_whose_time_is_up_is_given_up(headers: Sequence[tuple[bytes, bytes]], source: str) -> None:
    async def test() -> None:
        app = Waiting()
        door = control(app, timeout_s=60 if headers else 0.05)
        began = time.monotonic()
        call = await Call(headers=headers).to(door)
        assert time.monotonic() - began < 5
        assert (call.status, app.ended) == (504, 1)
        assert call.body.startswith(b'{"code":"timeout","message":"no answer within ' + source.encode())
        app.let_go.set()
        assert (await Call().to(door)).status == 200

    run(test)


def test_a_deadline_that_is_none_is_refused_without_a_place() -> None:
    call = run(lambda: Call(headers=[(b"x-request-timeout", b"soon")]).to(control(Waiting(), room=0)))
    assert (call.status, call.asked) == (400, 0)
    assert b"option_invalid" in call.body


def test_the_application_knows_its_deadline() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await JSONResponse({"remaining_s": current_deadline.get().remaining_s})(scope, receive, send)

    call = run(lambda: Call(headers=[(b"x-request-timeout", b"7")]).to(control(app)))
    assert 6 < float(call.body.split(b":")[1].rstrip(b"}")) <= 7


def test_a_client_that_hangs_up_leaves_its_place_at_once() -> None:
    async def test() -> None:
        app = Waiting()
        door = control(app)
        call = await Call(coming=(BODY, GONE)).to(door)
        assert (call.status, app.ended) == (499, 1)
        app.let_go.set()
        assert (await Call().to(door)).status == 200

    run(test)


def test_an_answer_that_has_begun_is_sent_to_its_end() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.1)
        await send({"type": "http.response.body", "body": b"late"})

    call = run(lambda: Call().to(control(app, timeout_s=0.05)))
    assert (call.status, call.body) == (200, b"late")


def test_an_error_of_the_application_leaves_its_place() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError

    async def test() -> None:
        door = control(app)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await Call().to(door)

    run(test)


def test_a_timeout_of_the_applications_own_is_not_the_requests() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async with asyncio.timeout(0):
            await asyncio.sleep(1)

    async def test() -> None:
        with pytest.raises(TimeoutError):
            await Call().to(control(app))

    run(test)


def test_an_answer_that_there_is_no_worker_says_when_to_come_back() -> None:
    async def test() -> None:
        app = Waiting(status=503)
        app.let_go.set()
        assert (await Call().to(control(app))).told["retry-after"] == "5"

    run(test)


def test_a_request_that_the_server_gives_up_is_answered_so() -> None:
    async def test() -> None:
        app = Waiting()
        call = Call()
        task = asyncio.create_task(call.to(control(app)))
        await until(lambda: app.began)
        task.cancel()
        await task
        assert call.status == 503
        assert b"was not done within drain_s" in call.body

    run(test)
