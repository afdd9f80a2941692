"""The gateway's metrics: requests by route, method and status, how long each took, and how many are being served."""

from collections.abc import Callable

from prometheus_client import Counter, Gauge, Histogram

from pdserving.exposition import SECONDS, exposition, new_registry
from pdserving.gateway.exchange import Exchange

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"


class GatewayMetrics:
    """What `GET /metrics` tells of the gateway. No client can add a label's value: routes and methods are known.

    Attributes:
        in_flight: requests that are being answered, those for health and metrics left out.
        refused: requests that there was no room for.
        worker_up: 1 where the worker answered when it was last asked for its metrics.
    """

    def __init__(self) -> None:
        self._registry = new_registry("pdserving_gateway")
        self._requests = Counter(
            "pdserving_requests",
            "Requests that were answered, by route template, method and status.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "pdserving_request_duration_seconds",
            "Time from a request's headers to the end of its answer, by route template and status.",
            ("route", "status"),
            buckets=SECONDS,
            registry=self._registry,
        )
        self.in_flight = Gauge(
            "pdserving_requests_in_flight",
            "Requests that are being answered, those for health and metrics left out.",
            registry=self._registry,
        )
        self.refused = Counter(
            "pdserving_requests_refused",
            "Requests that were refused because max_in_flight were being answered.",
            registry=self._registry,
        )
        self._pictures_waiting = Gauge(
            "pdserving_pictures_waiting",
            "Pictures of requests that wait in the gateway for a place in the pipeline.",
            registry=self._registry,
        )
        self.worker_up = Gauge(
            "pdserving_worker_up",
            "Whether the worker answers; where it does not, its metrics are missing here.",
            registry=self._registry,
        )

    def watch_pictures(self, waiting: Callable[[], int]) -> None:
        """Tell how many pictures wait for a place."""
        self._pictures_waiting.set_function(waiting)

    def observe(self, exchange: Exchange) -> None:
        """Count an exchange."""
        method = exchange.method if exchange.method in METHODS else OTHER
        self._requests.labels(exchange.route, method, exchange.status).inc()
        self._seconds.labels(exchange.route, exchange.status).observe(exchange.seconds)

    def exposition(self) -> bytes:
        """All of them in Prometheus's text format."""
        return exposition(self._registry)
