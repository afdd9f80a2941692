"""The metrics of all workers, as one text."""

from collections.abc import Iterator, Mapping

import prometheus_client
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

_LABEL = "worker"


class _Parsed(Collector):
    def __init__(self, families: Mapping[str, Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families.values()


def merge_expositions(expositions: Mapping[int, bytes]) -> bytes:
    """The metrics of all workers in Prometheus's text format: each sample has its worker's number in a label.

    Args:
        expositions: the metrics of each worker in Prometheus's text format, by the worker's number.
    """
    families: dict[str, Metric] = {}
    for number, text in expositions.items():
        for parsed in text_string_to_metric_families(text.decode()):
            family = families.setdefault(parsed.name, Metric(parsed.name, parsed.documentation, parsed.type))
            for sample in parsed.samples:
                family.add_sample(sample.name, {_LABEL: str(number), **sample.labels}, sample.value)
    registry = CollectorRegistry()
    registry.register(_Parsed(families))
    return prometheus_client.generate_latest(registry)
