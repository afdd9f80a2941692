"""The middleware that admits as many requests as there is room for, each until its deadline or its client leaves."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pdserving.admission import Admission
from pdserving.errors import ClientGoneError, OverloadedError, RequestError, WorkerUnavailableError
from pdserving.gateway.deadline import Deadline, current_deadline, read_deadline
from pdserving.gateway.operation.metrics import GatewayMetrics

AnswerError = Callable[[Request, Exception], Awaitable[Response]]

_NO_WORKER = WorkerUnavailableError.http_status
_RETRY_AFTER = (b"retry-after", b"5")  # seconds, after which a worker that is started again serves


class AdmissionControl:
    """Gives each POST request a place and a deadline, or refuses it.

    Only what is posted takes work: health, metrics, the web page and the documentation need no place. A request holds
    its place until its answer is sent, so that the bodies and answers in memory are bounded too. One that is refused is
    answered before its body is read.

    Args:
        app: the application.
        admission: the places.
        timeout_s: `limits.request_timeout_s`.
        metrics: where refusals are counted.
        answer_error: makes the answer to an error, in the form of the request's protocol.
    """

    def __init__(
        self,
        app: ASGIApp,
        admission: Admission,
        timeout_s: float,
        metrics: GatewayMetrics,
        answer_error: AnswerError,
    ) -> None:
        self._app = app
        self._admission = admission
        self._timeout_s = timeout_s
        self._metrics = metrics
        self._answer_error = answer_error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer why not."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        try:
            deadline = read_deadline(scope["headers"], self._timeout_s)
            with self._admission.enter():
                await _Admitted(receive, send, deadline).run(self._app, scope)
        except OverloadedError as error:
            self._metrics.refused.inc()
            await self._answer(error, scope, receive, send)
        except RequestError as error:
            await self._answer(error, scope, receive, send)

    async def _answer(self, error: RequestError, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer_error(Request(scope), error)
        if answer.status_code == _NO_WORKER:
            answer.headers.setdefault(*(part.decode() for part in _RETRY_AFTER))
        await answer(scope, receive, send)


class _Admitted:
    """One request that has a place."""

    def __init__(self, receive: Receive, send: Send, deadline: Deadline) -> None:
        self._receive = receive
        self._send = send
        self._deadline = deadline
        self._end = asyncio.timeout_at(deadline.at)
        self._listening: asyncio.Task[None] | None = None
        self._gone = False

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        """Have the application answer, until the request's time is up.

        Raises:
            TimedOutError: the deadline came before the answer began.
            ClientGoneError: the client hung up before the answer began.
            WorkerUnavailableError: the server gave the request up before its answer began, as it does after `drain_s`.
        """
        current_deadline.set(self._deadline)
        try:
            async with self._end:
                await app(scope, self._next_message, self._pass_on)
        except TimeoutError:
            if not self._end.expired():
                raise
            if self._gone:
                raise ClientGoneError("the client hung up before it had its answer") from None
            raise self._deadline.error() from None
        except asyncio.CancelledError:
            if self._end.when() is None:
                raise
            raise WorkerUnavailableError("the service ends, and this request was not done within drain_s") from None
        finally:
            if self._listening is not None:
                self._listening.cancel()

    async def _next_message(self) -> Message:
        if self._listening is not None:
            await self._listening
            return {"type": "http.disconnect"}
        message = await self._receive()
        if message["type"] == "http.request" and not message.get("more_body", False):
            # The message that follows the body tells that the client hung up; nobody else waits for it.
            self._listening = asyncio.create_task(self._listen())
        return message

    async def _listen(self) -> None:
        message: dict[str, Any] = {}
        while message.get("type") != "http.disconnect":
            message = dict(await self._receive())
        self._gone = True
        self._finish(asyncio.get_running_loop().time())

    async def _pass_on(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._finish(None)  # an answer that has begun is sent to its end
            if message["status"] == _NO_WORKER:
                message = {**message, "headers": [*message.get("headers", ()), _RETRY_AFTER]}
        await self._send(message)

    def _finish(self, when: float | None) -> None:
        if not self._end.expired() and self._end.when() is not None:
            self._end.reschedule(when)
