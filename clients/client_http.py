"""JSON posted to one URL over connections that are kept open, one for each thread."""

import argparse
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from client_credentials import Credentials
from client_results import MOST_MESSAGE_BYTES, ErrorNumber, RequestError, parse_json

_READ_BYTES = 2**16
_EXCERPT_CHARACTERS = 120


@dataclass(frozen=True)
class HttpAnswer:
    """A complete answer of an HTTP server, which may be another one than was meant."""

    status: int
    reason: str
    body: bytes

    def json(self) -> object:
        """The content of the body.

        Raises:
            ValueError: the body is not JSON.
        """
        return parse_json(self.body)

    def unexpected(self, url: str) -> RequestError:
        """The error for an answer that no OCR service gives."""
        excerpt = " ".join(self.body[: 8 * _EXCERPT_CHARACTERS].decode("utf-8", "replace").split())
        if len(excerpt) > _EXCERPT_CHARACTERS:
            excerpt = excerpt[:_EXCERPT_CHARACTERS] + "…"
        status = f"HTTP {self.status} {self.reason}".rstrip()
        message = f"{url} did not answer as an OCR service: {status}, {excerpt or 'an empty body'}"
        return RequestError(ErrorNumber.BAD_ANSWER, message)


class HttpPoster:
    """A URL that any number of threads may post to. It connects directly, whatever proxy the environment names.

    Args:
        url: the URL, as `http_url` lets it through.
        timeout: the seconds that each request may take.
        credentials: the key and certificates to use.
    """

    def __init__(self, url: str, timeout: float, credentials: Credentials) -> None:
        parts = urlsplit(url)
        self.url = url
        self._timeout = timeout
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._new_connection = _connection_maker(parts, credentials)
        self._headers = {"Content-Type": "application/json", **credentials.headers()}
        self._of_thread = threading.local()

    def post(self, content: object) -> HttpAnswer:
        """The server's answer to a request whose body is `content` as JSON.

        Raises:
            RequestError: there is no complete answer in time.
        """
        body = json.dumps(content).encode("ascii")
        deadline = time.monotonic() + self._timeout
        try:
            return self._post_kept(body, deadline)
        except TimeoutError as error:
            message = f"no answer from {self.url} within {self._timeout:g} seconds"
            raise RequestError(ErrorNumber.TIMEOUT, message) from error
        except http.client.RemoteDisconnected as error:
            message = f"{self.url} closed the connection without an answer"
            raise RequestError(ErrorNumber.NO_SERVICE, message) from error
        except OSError as error:
            message = f"no connection to {self.url}: {error.strerror or error}"
            raise RequestError(ErrorNumber.NO_SERVICE, message) from error
        except http.client.HTTPException as error:
            message = f"no complete HTTP answer from {self.url}: {error!r}"
            raise RequestError(ErrorNumber.BAD_ANSWER, message) from error

    def _post_kept(self, body: bytes, deadline: float) -> HttpAnswer:
        kept: http.client.HTTPConnection | None = getattr(self._of_thread, "connection", None)
        if kept is not None and kept.sock is not None:
            try:
                return self._post_over(kept, body, deadline)
            except (http.client.RemoteDisconnected, ConnectionError):
                # The server may close an idle connection at any time, so try again on a new one. A picture that is read
                # twice does no harm.
                pass
        self._of_thread.connection = self._new_connection(_remaining(deadline))
        return self._post_over(self._of_thread.connection, body, deadline)

    def _post_over(self, connection: http.client.HTTPConnection, body: bytes, deadline: float) -> HttpAnswer:
        try:
            if connection.sock is None:
                connection.connect()
            # For the last answer of a connection, `http.client` drops the socket once the head has come; the body is
            # still to be read from it.
            sock = connection.sock
            sock.settimeout(_remaining(deadline))
            try:
                connection.request("POST", self._target, body, self._headers)
            except (BrokenPipeError, ConnectionResetError):
                # A server that refuses a picture for its size answers and hangs up before it has read all of it.
                sent = False
            else:
                sent = True
            sock.settimeout(_remaining(deadline))
            response = connection.getresponse()
            answer = _read(response, sock, deadline)
            if not sent:
                connection.close()
            return HttpAnswer(response.status, response.reason, answer)
        except BaseException:
            connection.close()
            raise


def http_url(text: str) -> str:
    """The same text, known to be an HTTP URL that can be posted to; a type for argparse.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        parts = urlsplit(text)
        well_formed = bool(parts.scheme in ("http", "https") and parts.hostname) and parts.port != 0
    except ValueError:
        well_formed = False
    if not well_formed or "@" in parts.netloc or not text.isascii() or not text.isprintable() or " " in text:
        raise argparse.ArgumentTypeError(f"{text!r} is not http://HOST[:PORT]/PATH")
    return text


def _read(response: http.client.HTTPResponse, sock: socket.socket, deadline: float) -> bytes:
    answer = bytearray()
    while not response.isclosed():
        sock.settimeout(_remaining(deadline))
        piece = response.read1(_READ_BYTES)
        if not piece:
            break
        answer += piece
        if len(answer) > MOST_MESSAGE_BYTES:
            raise http.client.HTTPException(f"more than {MOST_MESSAGE_BYTES} bytes")
    if response.length:
        raise http.client.IncompleteRead(bytes(answer), response.length)
    # After `read1`, only this tells the connection that it may carry the next request.
    response.close()
    return bytes(answer)


def _connection_maker(parts: SplitResult, credentials: Credentials) -> Callable[[float], http.client.HTTPConnection]:
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "https":
        context = credentials.context()
        return lambda timeout: http.client.HTTPSConnection(host, port, timeout=timeout, context=context)
    return lambda timeout: http.client.HTTPConnection(host, port, timeout=timeout)


def _remaining(deadline: float) -> float:
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds
