"""The worker's metrics: time and batch size by stage, what is in flight and what waits."""

from collections.abc import Callable

from prometheus_client import Gauge, Histogram

from pdserving.exposition import SECONDS, exposition, new_registry

BATCH_SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
"""Bounds of the buckets: rows of a tensor, each a page or a crop."""


class WorkerMetrics:
    """What the worker tells of itself. A stage's name is a label's value, and there are three.

    Args:
        pages_in_flight: how many requests are in the pipeline now.
    """

    def __init__(self, pages_in_flight: Callable[[], int]) -> None:
        self._registry = new_registry("pdserving_worker")
        self._seconds = Histogram(
            "pdserving_stage_seconds",
            "Time that a stage takes for a batch: its tensor is made, computed and decoded.",
            ("stage",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._batch_size = Histogram(
            "pdserving_batch_size",
            "Rows of a batch's tensor, each a page (det) or a crop (cls, rec).",
            ("stage",),
            buckets=BATCH_SIZES,
            registry=self._registry,
        )
        self._pages_waiting = Gauge(
            "pdserving_pages_waiting",
            "Pages in the queue for their next batch's turn in a stage.",
            ("stage",),
            registry=self._registry,
        )
        self._requests_waiting = Gauge(
            "pdserving_requests_waiting",
            "Requests that wait for a place in the pipeline, of which it has worker_num.",
            registry=self._registry,
        )
        in_flight = Gauge("pdserving_pages_in_flight", "Pages in the pipeline.", registry=self._registry)
        in_flight.set_function(pages_in_flight)

    def add_stage(self, stage: str, waiting: Callable[[], int]) -> None:
        """Tell of a stage, before its first batch; `waiting` is how many pages wait for their turn in it."""
        self._seconds.labels(stage)
        self._batch_size.labels(stage)
        self._pages_waiting.labels(stage).set_function(waiting)

    def watch_requests(self, waiting: Callable[[], int]) -> None:
        """Tell how many requests wait for a place."""
        self._requests_waiting.set_function(waiting)

    def observe_batch(self, stage: str, seconds: float, rows: int) -> None:
        """Count a batch that a stage has computed."""
        self._seconds.labels(stage).observe(seconds)
        self._batch_size.labels(stage).observe(rows)

    def exposition(self) -> bytes:
        """All of them in Prometheus's text format."""
        return exposition(self._registry)
