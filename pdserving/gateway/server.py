"""The HTTP server around the application: it listens on the supervisor's socket, and loses no request at its end."""

import asyncio
import contextlib
import socket
from collections.abc import Mapping
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pdserving.supervision.child import BEAT_S, Status

_LINGER_S = 1.0  # for which connections without a request stay open, to be told that they end
_TICK_S = 0.02


class GatewayServer(uvicorn.Server):
    """Tells the supervisor how it is, and ends in order.

    Uvicorn closes connections without a request at once when it is told to stop. A client that sends its next request
    at that moment would lose it. Here such connections stay for a moment, and each answer tells its client that it is
    the connection's last. The socket itself is the supervisor's: new connections wait in it for the next gateway.

    Args:
        app: the application.
        http: the protocol of a connection.
        status: where it says that it serves, and from then on how it is.
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
        """Listen, and say so."""
        await super().startup(sockets)
        self._status.ready()
        self._beats = asyncio.create_task(self._beat())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more connections, answer what has come and what still comes on those there are, and end."""
        self._farewell.begin()
        for server in self.servers:
            server.close()
        self._status.port_closed()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LINGER_S):
                while self.server_state.connections:
                    await asyncio.sleep(_TICK_S)
        await super().shutdown(sockets)
        self._beats.cancel()

    async def _beat(self) -> None:
        while True:
            self._status.beat()
            await asyncio.sleep(BEAT_S)


class _Farewell:
    """Lets each answer be the last of its connection, once the server ends."""

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
