"""The middleware that reads past what an answer did not wait for."""

import asyncio
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LINGER_S = 2.0


class UnreadBody:
    """Pure ASGI: where an answer comes before the request's body has, the rest is thrown away for a moment.

    The client has its answer by then. Were its connection closed at once, the system would tell it of what it had sent
    and nobody had read (a TCP reset), which can overtake the answer; nginx calls this `lingering_close`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and end its answer when its body has come."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        whole = False

        async def read() -> Message:
            nonlocal whole
            message = await receive()
            whole = whole or not message.get("more_body", False)
            return message

        async def answer(message: Message) -> None:
            ends = message["type"] == "http.response.body" and not message.get("more_body", False)
            if whole or not ends:
                await send(message)
                return
            await send({**message, "more_body": True})
            with suppress(TimeoutError):
                async with asyncio.timeout(_LINGER_S):
                    while not whole:
                        await read()
            await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self._app(scope, read, answer)
