"""One exchange, a request and its answer, as log and metrics see it; and its line in the log."""

import logging
import re
from dataclasses import dataclass
from urllib.parse import quote

from pdserving.logs import FIELDS

PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Paths that are asked by machines all the time."""

UNMATCHED = "unmatched"
"""The name that log and metrics have for the route of a path without one."""

# What has the form of an API key got into a path by a client's mistake, and must not get into a log.
_KEY_IN_PATH = re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])", re.ASCII)
_MAX_PATH_LENGTH = 200  # characters of a path that a line holds
_SERVER_ERROR = 500

_TEXT = "%s %s %d in %.1f ms, %d bytes in, %d bytes out, client %s%s, id %s%s"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request whose answer is complete.

    Attributes:
        request_id: the client's id for it, or ours.
        method: the method, as the client wrote it.
        route: the route's template, such as `/{service}/prediction`; `unmatched` where there is none.
        path: the path as the client wrote it, percent-decoded; it may hold any characters.
        status: the HTTP status.
        seconds: the time from the request's headers to the end of the answer.
        bytes_in: bytes of the request's body, as far as it was read.
        bytes_out: bytes of the answer's body.
        client: the client's address.
        error_code: the code of the error that was answered, `internal` for a fault.
        key_name: the name of the client's API key.
    """

    request_id: str
    method: str
    route: str
    path: str
    status: int
    seconds: float
    bytes_in: int
    bytes_out: int
    client: str
    error_code: str | None = None
    key_name: str | None = None


def log_exchange(exchange: Exchange) -> None:
    """Write the line of an exchange: a warning where the service failed, at `debug` for a probe, else at `info`.

    The query is left out, as it may hold a client's data. The path is percent-encoded, so nothing in it ends a line.
    """
    level = logging.INFO
    if exchange.path in PROBES:
        level = logging.DEBUG
    elif exchange.status >= _SERVER_ERROR:
        level = logging.WARNING
    if not _log.isEnabledFor(level):
        return
    path = quote(_KEY_IN_PATH.sub("…", exchange.path)[:_MAX_PATH_LENGTH])
    duration_ms = round(exchange.seconds * 1000, 1)
    fields = {
        "request_id": exchange.request_id,
        "method": exchange.method,
        "route": exchange.route,
        "path": path,
        "status": exchange.status,
        "duration_ms": duration_ms,
        "bytes_in": exchange.bytes_in,
        "bytes_out": exchange.bytes_out,
        "client": exchange.client,
    }
    if exchange.key_name is not None:
        fields["key"] = exchange.key_name
    if exchange.error_code is not None:
        fields["error_code"] = exchange.error_code
    _log.log(
        level,
        _TEXT,
        exchange.method,
        path,
        exchange.status,
        duration_ms,
        exchange.bytes_in,
        exchange.bytes_out,
        exchange.client,
        f", key {exchange.key_name}" if exchange.key_name else "",
        exchange.request_id,
        f", error {exchange.error_code}" if exchange.error_code else "",
        extra={FIELDS: fields},
    )
