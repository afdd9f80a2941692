"""The middleware that watches every request: its id, its log line, its metrics, and the answer to a fault."""

import logging
import time
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pdserving.errors import InternalError
from pdserving.gateway.operation.metrics import GatewayMetrics
from pdserving.gateway.operation.request_log import PROBES, UNMATCHED, Exchange, log_exchange
from pdserving.gateway.request_id import HEADER, request_id

_NO_ANSWER = 500  # the status that the server answers where the application did not answer

_log = logging.getLogger(__name__)


class RequestWatch:
    """Gives each request its id, and counts and logs it when its answer is complete.

    A route finds the id in `request.state.request_id`, and may leave an error's code for the log in
    `request.state.error_code`.

    Args:
        app: the application.
        metrics: where requests are counted.
        answer_fault: makes the answer where the application raises. It is given here and not to the application, so
            that this answer, too, has an id and a line in the log.
    """

    def __init__(
        self,
        app: ASGIApp,
        metrics: GatewayMetrics,
        answer_fault: Callable[[Request, Exception], Awaitable[Response]],
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._answer_fault = answer_fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, then count it and log it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        watched = _Watched(scope, receive, send)
        counted = scope["path"] not in PROBES
        if counted:
            self._metrics.in_flight.inc()
        try:
            await self._app(scope, watched.receive, watched.send)
        except Exception as error:
            watched.state.setdefault("error_code", InternalError.code)
            if watched.status is not None:
                raise  # too late for another answer: the server ends the connection
            _log.exception("request %s failed", watched.request_id)
            answer = await self._answer_fault(Request(scope), error)
            await answer(scope, watched.receive, watched.send)
        finally:
            if counted:
                self._metrics.in_flight.dec()
            exchange = watched.exchange()
            self._metrics.observe(exchange)
            log_exchange(exchange)


class _Watched:
    """One request: passes its messages on and counts their bytes."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.request_id = request_id(scope["headers"])
        self.state = scope.setdefault("state", {})
        self.state["request_id"] = self.request_id
        self.status: int | None = None
        self._scope = scope
        self._receive = receive
        self._send = send
        self._bytes_in = 0
        self._bytes_out = 0
        self._started = time.perf_counter()

    async def receive(self) -> Message:
        message = await self._receive()
        self._bytes_in += len(message.get("body", b""))
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": [*message.get("headers", ()), (HEADER, self.request_id.encode())]}
        elif self._scope["method"] != "HEAD":
            self._bytes_out += len(message.get("body", b""))
        await self._send(message)

    def exchange(self) -> Exchange:
        scope = self._scope
        return Exchange(
            request_id=self.request_id,
            method=scope["method"],
            route=getattr(scope.get("route"), "path", UNMATCHED),
            path=scope["path"],
            status=_NO_ANSWER if self.status is None else self.status,
            seconds=time.perf_counter() - self._started,
            bytes_in=self._bytes_in,
            bytes_out=self._bytes_out,
            client=scope["client"][0] if scope.get("client") else "",
            error_code=self.state.get("error_code"),
            key_name=self.state.get("key_name"),
        )
