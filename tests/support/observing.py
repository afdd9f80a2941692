"""Ways to look at a running service and to wait for it: its metrics, its log, its processes."""

import http.client
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import psutil
from prometheus_client.parser import text_string_to_metric_families

from tests.support.running import Service, children_that_run
from tests.support.talking import ask

DEADLINE_S = 90
POLL_S = 0.02
WORKER = "worker"  # the label of samples that each worker has

ValueT = TypeVar("ValueT")
Key = tuple[str, frozenset[tuple[str, str]]]


class Metrics:
    """A service's metrics at one moment."""

    def __init__(self, service: Service) -> None:
        reply = ask(service, "/metrics")
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


def worker_restarts(service: Service) -> float:
    """Workers that were replaced, since they died."""
    return Metrics(service).value("pdserving_restarts_total", process="worker", cause="died")


def log_line(service: Service, part: str) -> str:
    """The first whole line of the service's log that holds a text; waits for it."""

    def look() -> str | None:
        *lines, _ = service.log.read_text().split("\n")
        return next((line for line in lines if part in line), None)

    return soon(look)


def soon(look: Callable[[], ValueT | None], what: str = "what is waited for") -> ValueT:
    """What a look finds, tried until it is neither None nor False.

    Args:
        look: at the service.
        what: it is for, for the message of a failure.
    """
    deadline = time.monotonic() + DEADLINE_S
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {DEADLINE_S} s: {what}"
        time.sleep(POLL_S)
    return found


def ready(service: Service) -> bool:
    """Whether a picture can be read."""
    try:
        return ask(service, "/readyz").status == 200
    except (OSError, http.client.HTTPException):
        return False


def processes(service: Service, module: str) -> list[psutil.Process]:
    """The processes of the service that run a module, such as `pdserving.worker`, oldest first."""
    return children_that_run(module, psutil.Process(service.process.pid))


def pids(service: Service, module: str) -> set[int]:
    """Their process ids."""
    return {process.pid for process in processes(service, module)}


def peak_memory(pid: int) -> int:
    """The largest resident set of a process since it started, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    return int(fields["VmHWM"].split()[0]) * 1024
