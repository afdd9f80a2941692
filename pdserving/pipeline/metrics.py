"""The worker's metrics: stages, what is in flight and what waits, and how pages were turned and looked at."""

from collections.abc import Callable
from typing import get_args

from prometheus_client import Counter, Gauge, Histogram

from pdserving.exposition import SECONDS, exposition, new_registry
from pdserving.pipeline.page import DropReason

_ROTATIONS = (0, 90, 180, 270)

_SCALES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.5, 2)
"""The bounds of the histogram's buckets: pixels of the detector's input for one of the picture."""

_BATCH_SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
"""The bounds of the histogram's buckets: rows of a tensor, each a page or a crop."""


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
            buckets=_BATCH_SIZES,
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
        self._dropped = Counter(
            "pdserving_pages_dropped",
            "Pages that were given up because their deadline had passed or their client had gone.",
            ("reason",),
            registry=self._registry,
        )
        for reason in get_args(DropReason):
            self._dropped.labels(reason)
        self._read = Counter(
            "pdserving_pages_read",
            "Pages that were read, by the degrees by which they are turned clockwise.",
            ("rotation",),
            registry=self._registry,
        )
        for rotation in _ROTATIONS:
            self._read.labels(rotation)
        self._scale = Histogram(
            "pdserving_detection_scale",
            "The largest scale at which the detector looked at any of a page: pixels of its input for one of the page.",
            buckets=_SCALES,
            registry=self._registry,
        )
        self._refused = Counter(
            "pdserving_calls_refused",
            "gRPC calls that were refused because max_in_flight were being answered.",
            registry=self._registry,
        )
        in_flight = Gauge("pdserving_pages_in_flight", "Pages in the pipeline.", registry=self._registry)
        in_flight.set_function(pages_in_flight)

    def add_stage(self, stage: str, waiting: Callable[[], int]) -> None:
        """Tell of a stage, before its first batch; `waiting` is how many pages wait for their turn in it."""
        self._seconds.labels(stage)
        self._batch_size.labels(stage)
        self._pages_waiting.labels(stage).set_function(waiting)

    def count_waiting(self, change: int) -> None:
        """Count requests that begin (1) or cease (-1) to wait for a place in the pipeline."""
        self._requests_waiting.inc(change)

    def observe_batch(self, stage: str, seconds: float, rows: int) -> None:
        """Count a batch that a stage has computed."""
        self._seconds.labels(stage).observe(seconds)
        self._batch_size.labels(stage).observe(rows)

    def count_drop(self, reason: DropReason) -> None:
        """Count a page that was given up."""
        self._dropped.labels(reason).inc()

    def count_page(self, rotation: int, detection_scale: float | None) -> None:
        """Count a page that was read, by its rotation, as in `Page`, and the scale at which it was looked at."""
        self._read.labels(rotation).inc()
        if detection_scale is not None:
            self._scale.observe(detection_scale)

    def count_refusal(self) -> None:
        """Count a call that was refused."""
        self._refused.inc()

    def exposition(self) -> bytes:
        """All of them in Prometheus's text format."""
        return exposition(self._registry)
