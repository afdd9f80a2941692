"""A request and its answer, as the log and the metrics see them."""

from dataclasses import dataclass

PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Paths that machines ask all the time."""

UNMATCHED = "unmatched"
"""The route of a path that no route is for."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request whose answer is complete.

    Attributes:
        request_id: the client's or ours.
        method: as the client wrote it.
        route: the route's template, such as `/{service}/prediction`; `unmatched` where there is none.
        path: as the client wrote it, percent-decoded: any characters.
        status: of HTTP.
        seconds: from the request's headers to the end of the answer.
        bytes_in: of the body, as far as it was read.
        bytes_out: of the body.
        client: its address.
        error_code: of an error that a client may read, or `internal`.
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
