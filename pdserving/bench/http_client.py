"""A client of the pipeline protocol over HTTP, by the standard library."""

import http.client
import json
from collections.abc import Sequence

from pdserving.bench.asking import TIMEOUT_S, RefusedError, read_texts
from pdserving.bench.closed_loop import ContenderError
from pdserving.protocol import SERVICE

_HEADERS = {"Content-Type": "application/json"}


class HttpClient:
    """A `PipelineClient` over HTTP, with one connection, which it keeps."""

    def __init__(self, port: int, names: Sequence[str], requests: Sequence[bytes]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        self._names = names
        self._requests = requests

    @staticmethod
    def prepare(images: Sequence[str]) -> list[bytes]:
        """A body for each picture."""
        return [json.dumps({"key": ["image"], "value": [image]}).encode() for image in images]

    def __call__(self, index: int) -> int:
        """The number of a picture's lines; raises as `PipelineClient` says."""
        return len(self.read(index))

    def read(self, index: int) -> list[str]:
        """The texts of a picture's lines; raises as `PipelineClient` says."""
        name = self._names[index]
        try:
            answer = self._post(self._requests[index])
        except TimeoutError:
            raise ContenderError(f"hangs: no answer to {name} within {TIMEOUT_S} s") from None
        except (OSError, http.client.HTTPException) as error:
            reason = f"{type(error).__name__}: {error}"
            raise ContenderError(f"no answer to {name}: {reason}") from None
        try:
            tree = json.loads(answer)
            err_no, err_msg, value = tree["err_no"], tree["err_msg"], tree["value"]
        except (ValueError, LookupError, TypeError) as error:
            raise RefusedError(f"{name}: no answer of the protocol: {error}") from None
        return read_texts(name, err_no, err_msg, value)

    def _post(self, body: bytes) -> bytes:
        try:
            return self._exchange(body)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # A server may close a connection that was idle for a while, just as this request goes out.
            self.close()
            return self._exchange(body)

    def _exchange(self, body: bytes) -> bytes:
        self._connection.request("POST", f"/{SERVICE}/prediction", body, _HEADERS)
        return self._connection.getresponse().read()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
