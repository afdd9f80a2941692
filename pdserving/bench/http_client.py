"""Clients of the pipeline protocol over HTTP, by the standard library."""

import base64
import http.client
import json
from collections.abc import Sequence
from pathlib import Path

from pdserving.bench.closed_loop import ContenderError
from pdserving.protocol import SERVICE

TIMEOUT_S = 60
"""Seconds after which a contender that has not answered is said to hang."""

HEADERS = {"Content-Type": "application/json"}


class RefusedError(Exception):
    """The service answered a picture with an error."""


def request_bodies(pictures: Sequence[Path]) -> list[bytes]:
    """The body of each picture's request."""
    return [
        json.dumps({"key": ["image"], "value": [base64.b64encode(picture.read_bytes()).decode()]}).encode()
        for picture in pictures
    ]


class HttpClient:
    """A client with one connection, which it keeps."""

    def __init__(self, port: int, names: Sequence[str], bodies: Sequence[bytes]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        self._names = names
        self._bodies = bodies

    def __call__(self, index: int) -> int:
        """The number of a picture's lines.

        Raises:
            RefusedError: the answer is an error.
            ContenderError: there was no answer.
        """
        try:
            answer = self._post(self._bodies[index])
        except TimeoutError:
            raise ContenderError(f"hangs: no answer to {self._names[index]} within {TIMEOUT_S} s") from None
        except (OSError, http.client.HTTPException) as error:
            reason = f"{type(error).__name__}: {error}"
            raise ContenderError(f"no answer to {self._names[index]}: {reason}") from None
        try:
            tree = json.loads(answer)
            if tree["err_no"] != 0:
                raise RefusedError(f"{self._names[index]}: {tree['err_msg'][:120]}")
            return len(json.loads(tree["value"][0]))
        except (ValueError, LookupError, TypeError) as error:
            raise RefusedError(f"{self._names[index]}: no answer of the protocol: {error}") from None

    def _post(self, body: bytes) -> bytes:
        try:
            return self._exchange(body)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # A server may close a connection that was idle for a while, just as this request goes out.
            self.close()
            return self._exchange(body)

    def _exchange(self, body: bytes) -> bytes:
        self._connection.request("POST", f"/{SERVICE}/prediction", body, HEADERS)
        return self._connection.getresponse().read()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
