"""`/healthz` tells of the gateway, `/readyz` of the worker behind it."""

import signal
import time
from collections.abc import Iterator

import pytest

from tests.support.observing import Metrics, soon
from tests.support.paths import SAMPLES
from tests.support.running import Service, running_service
from tests.support.talking import ask, ask_http


@pytest.fixture
def stopped(models: None) -> Iterator[Service]:
    """A service of the test's own whose worker is stopped."""
    with running_service() as service:
        worker = service.child("pdserving.worker")
        worker.send_signal(signal.SIGSTOP)
        try:
            yield service
        finally:
            worker.send_signal(signal.SIGCONT)


@pytest.mark.parametrize(("path", "status"), [("/healthz", "ok"), ("/readyz", "ready")])
def test_a_service_that_runs_lives_and_is_ready(service: Service, path: str, status: str) -> None:
    reply = ask(service, path)
    assert (reply.status, reply.json) == (200, {"status": status})
    head = ask(service, path, "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == reply.headers["content-length"]


def test_the_head_of_the_metrics_has_no_body(service: Service) -> None:
    head = ask(service, "/metrics", "HEAD")
    assert (head.status, head.body) == (200, b"")


@pytest.mark.service
def test_a_worker_that_does_not_answer_is_told_of_and_one_that_does_again_too(stopped: Service) -> None:
    asked = time.monotonic()
    reply = ask(stopped, "/readyz")
    assert time.monotonic() - asked < 5
    assert (reply.status, reply.json) == (503, {"status": "not ready", "reason": "no worker answers within 1 s"})
    assert ask(stopped, "/readyz", "HEAD").status == 503
    assert ask(stopped, "/healthz").status == 200

    metrics = Metrics(stopped)
    assert metrics.has("pdserving_worker_up")
    assert metrics.value("pdserving_worker_up") == 0
    assert metrics.value("pdserving_requests_total", route="/readyz", method="GET", status="503") == 1
    assert not metrics.has("pdserving_pages_in_flight")

    stopped.child("pdserving.worker").send_signal(signal.SIGCONT)
    soon(lambda: ask(stopped, "/readyz").status == 200)
    metrics = Metrics(stopped)
    assert metrics.value("pdserving_worker_up") == 1
    assert metrics.has("pdserving_pages_in_flight")
    assert ask_http(stopped, (SAMPLES / "blank.png").read_bytes()).lines == []
