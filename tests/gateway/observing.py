"""Ways to look at a running service: its answers' headers, its metrics, its log."""

import http.client
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from prometheus_client.parser import text_string_to_metric_families

from tests.running import Service

DEADLINE_S = 30
POLL_S = 0.02
WORKER = "worker"  # the label of samples that each worker has

ValueT = TypeVar("ValueT")
Key = tuple[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


def fetch(service: Service, path: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> Reply:
    """Ask for a path."""
    connection = http.client.HTTPConnection("127.0.0.1", service.http_port, timeout=DEADLINE_S)
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())
    finally:
        connection.close()


class Metrics:
    """A service's metrics at one moment."""

    def __init__(self, service: Service) -> None:
        reply = fetch(service, "/metrics")
        assert reply.status == 200
        assert reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        self.samples: dict[Key, float] = {}
        for family in text_string_to_metric_families(reply.body.decode()):
            for sample in family.samples:
                key = sample.name, frozenset(sample.labels.items())
                assert key not in self.samples
                self.samples[key] = sample.value

    def value(self, name: str, **labels: str) -> float:
        """A sample's value, summed over the workers where none is named; 0 for a counter before its first step."""
        return sum(self._found(name, labels))

    def has(self, name: str, **labels: str) -> bool:
        """Whether a sample is there."""
        return bool(self._found(name, labels))

    def _found(self, name: str, labels: Mapping[str, str]) -> list[float]:
        return [
            value
            for (found, pairs), value in self.samples.items()
            if found == name and {pair for pair in pairs if pair[0] in labels or pair[0] != WORKER} == {*labels.items()}
        ]

    def label_values(self, label: str) -> set[str]:
        """All values of a label."""
        return {value for _, labels in self.samples for name, value in labels if name == label}


def log_line(service: Service, part: str) -> str:
    """The first whole line of the service's log that holds a text; waits for it."""

    def look() -> str | None:
        *lines, _ = service.log.read_text().split("\n")
        return next((line for line in lines if part in line), None)

    return soon(look)


def soon(look: Callable[[], ValueT | None]) -> ValueT:
    """What a look finds, tried until it is neither None nor False."""
    deadline = time.monotonic() + DEADLINE_S
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(POLL_S)
    return found
