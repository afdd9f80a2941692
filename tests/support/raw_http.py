"""HTTP by hand, over a socket: requests that no HTTP client would send, and what is answered to them."""

import contextlib
import http.client
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

DRIP_S = 0.1
TIMEOUT_S = 60


@dataclass(frozen=True)
class RawAnswer:
    """An answer: its status and its body as text."""

    status: int
    body: str

    @property
    def error(self) -> dict[str, Any]:
        """The error in the body, in whichever protocol's form."""
        tree: dict[str, Any] = json.loads(self.body)
        error: dict[str, Any] = tree.get("error", tree)
        return error


@contextlib.contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    """A connection to a port of this machine."""
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S) as connection:
        yield connection


def answer_to(connection: socket.socket, method: str = "POST") -> RawAnswer:
    """The next answer on a connection."""
    response = http.client.HTTPResponse(connection, method=method)
    with response:
        response.begin()
        return RawAnswer(response.status, response.read().decode())


def drip(connection: socket.socket, data: bytes) -> None:
    """Send a byte at a time until an answer comes."""
    connection.settimeout(DRIP_S)
    for byte in data:
        try:
            connection.sendall(bytes([byte]))
            if connection.recv(1, socket.MSG_PEEK):
                break
        except TimeoutError:
            continue
    connection.settimeout(TIMEOUT_S)


def closed(connection: socket.socket) -> bool:
    """Wait for the server to end the connection, whichever way."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        pass
    return True
