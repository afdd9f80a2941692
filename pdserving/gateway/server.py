"""The HTTP server around the application: it listens on the supervisor's socket and loses no request when it ends."""

import asyncio
import contextlib
import socket
from collections.abc import Mapping
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pdserving.supervision.child import BEAT_S, Status

_FAREWELL_S = 1.0  # for which connections without a request stay open, to be told that they end
_TICK_S = 0.02


class GatewayServer(uvicorn.Server):
    """A server that tells the supervisor how it is, and loses no request when it ends.

    When uvicorn is told to stop, it closes at once the connections that have no request. A client that sends its next
    request at that moment would lose it. Here such connections stay open for a moment, and each answer tells its client
    that it is the last of its connection. The socket belongs to the supervisor: new connections wait in it for the next
    gateway.

    Args:
        app: the application.
        http: the protocol class of a connection.
        status: the way to tell the supervisor that it serves, and from then on that it lives.
        drain_s: seconds that requests in flight have to finish.
        tls: uvicorn's options for TLS.
    """

    def __init__(
        self, app: ASGIApp, http: type[asyncio.Protocol], status: Status, drain_s: float, tls: Mapping[str, Any]
    ) -> None:
        self._farewell = _Farewell(app)
        config = uvicorn.Config(
            self._farewell,
            http=http,
            log_config=None,  # its lines go the way of all others
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=int(drain_s),
            **tls,
        )
        super().__init__(config)
        self._status = status

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and tell the supervisor."""
        await super().startup(sockets)
        self._status.ready()
        self._beats = asyncio.create_task(self._beat())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more connections, answer all requests on those that there are, and end."""
        self._farewell.begin()
        for server in self.servers:
            server.close()
        self._status.port_closed()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_S):
                while self.server_state.connections:
                    await asyncio.sleep(_TICK_S)
        await super().shutdown(sockets)
        self._beats.cancel()

    async def _beat(self) -> None:
        while True:
            self._status.beat()
            await asyncio.sleep(BEAT_S)


class _Farewell:
    """Makes each answer the last of its connection, once the server ends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._begun = False

    def begin(self) -> None:
        self._begun = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_last(message: Message) -> None:
            if self._begun and message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
            await send(message)

        await self._app(scope, receive, send_last)
