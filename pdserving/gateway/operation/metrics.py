"""The gateway's own metrics: requests by route, method and status, their time, and what waits."""

from collections.abc import Callable, Iterator

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from pdserving.exposition import SECONDS, exposition, new_registry
from pdserving.gateway.operation.request_log import Exchange
from pdserving.supervision.restarts import Counts

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OTHER = "other"


class GatewayMetrics:
    """What `GET /metrics` tells of the gateway. No client can add a label's value: the routes and methods are known.

    Args:
        read_restarts: tells how often processes were replaced.

    Attributes:
        in_flight: requests that are being answered, without those for health and metrics.
        refused: requests that there was no room for.
        retries: pictures that were sent to another worker, since the one that had them ended.
    """

    def __init__(self, read_restarts: Callable[[], Counts]) -> None:
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
        self.retries = Counter(
            "pdserving_retries",
            "Pictures that were sent to another worker, since the one that had them ended.",
            registry=self._registry,
        )
        self._worker_up = Gauge(
            "pdserving_worker_up",
            "Whether a worker answers; where it does not, its metrics are missing here.",
            ("worker",),
            registry=self._registry,
        )
        self._registry.register(_Restarts(read_restarts))

    def watch_pictures(self, waiting: Callable[[], int]) -> None:
        """Have the metrics tell how many pictures wait for a place, by asking for it."""
        self._pictures_waiting.set_function(waiting)

    def tell_worker(self, number: int, up: bool) -> None:
        """Note whether a worker answered when it was last asked for its metrics."""
        self._worker_up.labels(number).set(up)

    def observe(self, exchange: Exchange) -> None:
        """Count an exchange."""
        method = exchange.method if exchange.method in _METHODS else _OTHER
        self._requests.labels(exchange.route, method, exchange.status).inc()
        self._seconds.labels(exchange.route, exchange.status).observe(exchange.seconds)

    def exposition(self) -> bytes:
        """All metrics of the gateway in Prometheus's text format."""
        return exposition(self._registry)


class _Restarts(Collector):
    """The supervisor's counts of restarts, read whenever metrics are asked for."""

    def __init__(self, read: Callable[[], Counts]) -> None:
        self._read = read

    def collect(self) -> Iterator[CounterMetricFamily]:
        family = CounterMetricFamily(
            "pdserving_restarts",
            "Processes that were replaced, since they died or since they hung.",
            labels=("process", "cause"),
        )
        for process, causes in self._read().items():
            for cause, count in causes.items():
                family.add_metric((process, cause), count)
        yield family
