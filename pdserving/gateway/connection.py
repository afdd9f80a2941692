"""HTTP connections with limits of size and time: uvicorn's own protocol has none for a client that is slow or endless.

A body that the application waits for has its limits in `pdserving.gateway.body`; here are those of what it never sees.
"""

import asyncio
import fcntl
import json
import termios
from array import array
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from pdserving.config.schema import Limits
from pdserving.errors import HeadersTooLargeError, HeadersTooSlowError, RequestError
from pdserving.gateway.errors import rest_content
from pdserving.gateway.operation.request_log import UNMATCHED, Exchange, log_exchange
from pdserving.gateway.request_id import HEADER, request_id

_HEADER_MARKS = 4  # bytes of a header line that are neither name nor value: a colon, a blank and the line's end


def limited_http(limits: Limits) -> type[asyncio.Protocol]:
    """The protocol class for uvicorn's `http`, with these limits."""
    return type("LimitedHttp", (_LimitedHttp,), {"limits": limits})


class _LimitedHttp(HttpToolsProtocol):
    """One connection.

    - A request's line and headers have `header_timeout_s` and `max_header_bytes`. What is over them is answered with
      408 or 431, and the connection ends.
    - A client that is still sending when its answer is complete can read it all the same: see `_linger`.
    - A client that takes less of its answer than `min_body_rate` over `stall_timeout_s` is cut off.
    """

    limits: Limits

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Give the client its time for the first request."""
        self.ending = False
        self._real_transport = transport
        super().connection_made(cast("asyncio.Transport", _Transport(transport, self)))
        self._in_head = False
        self._in_message = False
        self._head_parsed = self._head_received = 0
        self._untaken = 0
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        self._limit_reading(self.limits.header_timeout_s, self._head_too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers."""
        self.ending = True
        self._end_reading_limit()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, as long as the request's head is not too large."""
        if self.transport.is_closing():
            return
        in_head = self._in_head
        super().data_received(data)
        if self.ending:
            return
        if self._in_head:
            # What the parser has told of, and, as it tells of whole headers only, what came since the head began.
            self._head_received += len(data) if in_head else 0
            self._check_head(max(self._head_parsed, self._head_received))
        self._limit_idleness()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        if not self.ending:
            self._in_head = self._in_message = True
            self._head_parsed = self._head_received = 0
            self._limit_reading(self.limits.header_timeout_s, self._head_too_slow)

    def on_url(self, url: bytes) -> None:
        """A piece of the request's line."""
        super().on_url(url)
        self._head_parsed += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A whole header."""
        super().on_header(name, value)
        self._head_parsed += len(name) + len(value) + _HEADER_MARKS

    def on_headers_complete(self) -> None:
        """The request's head is there."""
        if self.ending:
            return
        self._in_head = False
        self._end_reading_limit()
        if self._check_head(self._head_parsed):
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        if not self.ending:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is there."""
        if not self.ending:
            self._in_message = False
            self._end_reading_limit()
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is written."""
        super().on_response_complete()
        if self._in_message and not self._in_head and not self.ending and self.cycle.response_complete:
            self._linger()

    def close(self) -> None:
        """End the connection: what is written is sent, and a client that is still sending can read it."""
        if self.ending:
            return
        self.ending = True
        if not self._in_message:
            self._real_transport.close()
            return
        self._linger()
        if self._real_transport.can_write_eof():
            with suppress(OSError):  # the client has gone
                self._real_transport.write_eof()

    def shutdown(self) -> None:
        """The server ends, and nobody is waited for who has their answer."""
        if self.cycle is None or self.cycle.response_complete:
            self._real_transport.close()
        else:
            super().shutdown()

    def pause_writing(self) -> None:
        """The client takes its answer more slowly than it is written."""
        super().pause_writing()
        self._untaken = self._count_untaken()
        self._writing = self.loop.call_later(self.limits.stall_timeout_s, self._check_writing)

    def resume_writing(self) -> None:
        """The client has taken most of it."""
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
        super().resume_writing()

    def _check_writing(self) -> None:
        untaken = self._count_untaken()
        if self._untaken - untaken < self.limits.min_body_rate * self.limits.stall_timeout_s:
            self.transport.abort()
            return
        self._untaken = untaken
        self._writing = self.loop.call_later(self.limits.stall_timeout_s, self._check_writing)

    def _count_untaken(self) -> int:
        """Bytes that the client's machine has not confirmed: the system asks for more only when much of its own is."""
        in_system = array("i", [0])
        fcntl.ioctl(self.transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, in_system)
        return self.transport.get_write_buffer_size() + in_system[0]

    def _limit_idleness(self) -> None:
        """Uvicorn's time for the next request ends at any byte, also at one that does not begin a request."""
        answered = self.cycle is not None and self.cycle.response_complete
        timed = self._reading is not None or self.timeout_keep_alive_task is not None
        if answered and not self._in_message and not timed:
            self._limit_reading(self.limits.header_timeout_s, self._head_too_slow)

    def _linger(self) -> None:
        """Throw away what the client still sends of its request, for `stall_timeout_s` at most.

        Were its connection closed at once, the system would answer what comes with a TCP reset, which can overtake the
        answer: the client would not read why it was refused. Nginx calls this `lingering_close`.
        """
        self.flow.resume_reading()
        self._unset_keepalive_if_required()
        self._limit_reading(self.limits.stall_timeout_s, self._real_transport.close)

    def _limit_reading(self, seconds: float, end: Callable[[], None]) -> None:
        self._end_reading_limit()
        self._reading = self.loop.call_later(seconds, end)

    def _end_reading_limit(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _check_head(self, size: int) -> bool:
        limit = self.limits.max_header_bytes
        if size <= limit:
            return True
        message = f"the request's line and headers have {size} bytes or more; the limit max_header_bytes is {limit}"
        self._refuse(HeadersTooLargeError(message))
        return False

    def _head_too_slow(self) -> None:
        self._reading = None
        if not self._in_head:
            self.close()  # it has asked nothing, so it expects no answer
            return
        seconds = self.limits.header_timeout_s
        message = f"the request's line and headers were not complete within header_timeout_s, {seconds:g} s"
        self._refuse(HeadersTooSlowError(message))

    def _refuse(self, error: RequestError) -> None:
        """Answer for the application, which does not see this request, and end the connection."""
        status, own_id = error.http_status, request_id(self.headers)
        body = json.dumps(rest_content(error.code, str(error), own_id)).encode()
        head = f"content-type: application/json\r\ncontent-length: {len(body)}\r\nconnection: close\r\n"
        self.transport.write(STATUS_LINE[status] + f"{head}{HEADER.decode()}: {own_id}\r\n\r\n".encode() + body)
        log_exchange(
            Exchange(
                own_id, "", UNMATCHED, "", status, 0, 0, len(body), self.client[0] if self.client else "", error.code
            )
        )
        self.close()


class _Transport:
    """A connection's transport as uvicorn has it: its end is `_LimitedHttp.close`."""

    def __init__(self, transport: asyncio.Transport, connection: _LimitedHttp) -> None:
        self._transport = transport
        self._connection = connection
        self.close = connection.close

    def is_closing(self) -> bool:
        return self._connection.ending or self._transport.is_closing()

    def write(self, data: bytes) -> None:
        if not self._connection.ending:
            self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
