"""The metrics of several workers in one exposition."""

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.parser import text_string_to_metric_families

from pdserving.exposition import exposition, new_registry
from pdserving.gateway.workers.metrics import merge_expositions


def worker(pages: int) -> bytes:
    registry = new_registry("pdserving_worker")
    Gauge("pdserving_pages", "Pages.", ("stage",), registry=registry).labels('d"e\\t\n').set(pages)
    Counter("pdserving_done", "Pages done.", registry=registry).inc(pages)
    Histogram("pdserving_seconds", "Seconds.", buckets=(1, 2), registry=registry).observe(pages)
    return exposition(registry)


def test_each_family_stands_once_and_each_sample_names_its_worker() -> None:
    merged = merge_expositions({0: worker(1), 2: worker(5)}).decode()
    types = [line for line in merged.splitlines() if line.startswith("# TYPE")]
    assert len(types) == len(set(types))
    found = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(merged)
        for sample in family.samples
    }
    assert found["pdserving_pages", (("stage", 'd"e\\t\n'), ("worker", "0"))] == 1
    assert found["pdserving_pages", (("stage", 'd"e\\t\n'), ("worker", "2"))] == 5
    assert found["pdserving_done_total", (("worker", "2"),)] == 5
    assert found["pdserving_seconds_bucket", (("le", "2.0"), ("worker", "0"))] == 1
    assert found["pdserving_seconds_bucket", (("le", "2.0"), ("worker", "2"))] == 0
    assert found["pdserving_worker_process_threads", (("worker", "0"),)] >= 1
    assert len(found) == len([line for line in merged.splitlines() if not line.startswith("#")])


def test_without_workers_there_is_nothing() -> None:
    assert merge_expositions({}) == b""
