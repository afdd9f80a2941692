"""How full a service's batches were, from two readings of its `/metrics`."""

from collections import defaultdict
from collections.abc import Mapping
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

_METRIC = "pdserving_batch_size"
STAGES = ("det", "cls", "rec")
_TIMEOUT_S = 10

Counts = Mapping[str, float]
"""The rows and batches of all workers together since their start: `<stage>_sum` and `<stage>_count`."""


def read_counts(port: int) -> Counts:
    """The counts of a service on an HTTP port of the loopback interface.

    Raises:
        OSError: it does not answer.
    """
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=_TIMEOUT_S) as answer:
        return parse_counts(answer.read().decode())


def parse_counts(exposition: str) -> Counts:
    """The counts in a text of Prometheus's format."""
    counts: dict[str, float] = defaultdict(float)
    for family in text_string_to_metric_families(exposition):
        if family.name == _METRIC:
            for sample in family.samples:
                suffix = sample.name.removeprefix(_METRIC)
                if suffix in ("_sum", "_count"):
                    counts[f"{sample.labels['stage']}{suffix}"] += sample.value
    return counts


def mean_rows(before: Counts, after: Counts) -> dict[str, float | None]:
    """The rows of a batch of each stage, on average, between two readings; None where no batch was computed.

    A worker that was replaced in between has counted from 0 again, so then there may be none, too.
    """
    found: dict[str, float | None] = {}
    for stage in STAGES:
        rows, batches = (after.get(f"{stage}{end}", 0) - before.get(f"{stage}{end}", 0) for end in ("_sum", "_count"))
        found[stage] = rows / batches if batches > 0 and rows >= batches else None
    return found
