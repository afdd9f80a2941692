"""A worker that dies loses no request."""

import json
import os
import signal
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.image_files import blank_png
from tests.support.observing import Metrics, soon, worker_restarts
from tests.support.paths import SAMPLES
from tests.support.rest import end, part, send_form
from tests.support.running import Service, running_service
from tests.support.talking import Answer, ask, ask_http
from tests.support.workers import fragile_worker

INVOICE = (SAMPLES / "invoice.png").read_bytes()
INVOICE_LINES = 4


def all_workers_up(service: Service) -> bool:
    metrics = Metrics(service)
    return all(metrics.value("pdserving_worker_up", worker=str(number)) for number in range(3))


def kill_its_worker(answer: "Future[Answer]", held: Path) -> int:
    """Kill the worker that holds a picture up; its process id."""
    pid = soon(lambda: fragile_worker.holder(held))
    assert not answer.done()
    (held / str(pid)).unlink()
    os.kill(pid, signal.SIGKILL)
    return pid


def test_a_request_whose_worker_is_killed_is_answered_by_another(fragile: Service, held: Path) -> None:
    restarts, retries = worker_restarts(fragile), Metrics(fragile).value("pdserving_retries_total")
    with ThreadPoolExecutor(1) as client:
        answer = client.submit(ask_http, fragile, blank_png(fragile_worker.HELD))
        try:
            first = kill_its_worker(answer, held)
            # At once: the one that takes its place needs seconds.
            second = soon(lambda: fragile_worker.holder(held))
            assert second != first
            assert ask_http(fragile, INVOICE).status == 200
        finally:
            (held / fragile_worker.GO).touch()
        assert (answer.result().status, answer.result().lines) == (200, [])
        (held / fragile_worker.GO).unlink()
    soon(lambda: worker_restarts(fragile) == restarts + 1)
    assert Metrics(fragile).value("pdserving_retries_total") == retries + 1
    soon(lambda: all_workers_up(fragile))


def test_every_worker_has_its_requests_again_after_one_came_back(fragile: Service) -> None:
    soon(lambda: all_workers_up(fragile))

    def computed() -> list[float]:
        metrics = Metrics(fragile)
        return [metrics.value("pdserving_batch_size_count", worker=str(n), stage="det") for n in range(3)]

    before = computed()
    with ThreadPoolExecutor(9) as clients:
        for answer in clients.map(lambda _: ask_http(fragile, INVOICE), range(36)):
            assert len(answer.lines) == INVOICE_LINES
    assert all(after - was >= 5 for was, after in zip(before, computed(), strict=True))


def test_a_service_is_ready_while_one_worker_is(fragile: Service) -> None:
    soon(lambda: all_workers_up(fragile))
    stopped = fragile.child("tests.support.workers.fragile_worker")
    stopped.suspend()
    try:
        assert ask(fragile, "/readyz").status == 200
        metrics = Metrics(fragile)
        assert sorted(metrics.value("pdserving_worker_up", worker=str(number)) for number in range(3)) == [0, 1, 1]
    finally:
        stopped.resume()


@pytest.mark.service
def test_with_one_worker_requests_are_held_until_the_next_one_serves(
    models: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(fragile_worker.FOLDER, str(tmp_path))
    with running_service(*fragile_worker.SETTINGS) as service, ThreadPoolExecutor(4) as clients:
        in_flight = clients.submit(ask_http, service, blank_png(fragile_worker.HELD))
        kill_its_worker(in_flight, tmp_path)
        soon(lambda: Metrics(service).value("pdserving_worker_up", worker="0") == 0)
        assert ask(service, "/readyz").status == 503
        late = send_form(service, part(INVOICE, filename="a.png") + end(), **{"X-Request-Timeout": "0.5"})
        assert (late.status, late.headers["retry-after"]) == (503, "5")

        error = json.loads(late.body)["error"]
        assert (error["code"], error["message"]) == (
            "worker_unavailable",
            "no worker was ready within X-Request-Timeout, 0.5 s",
        )
        held = [clients.submit(ask_http, service, INVOICE) for _ in range(3)]
        (tmp_path / fragile_worker.GO).touch()
        assert [len(answer.result().lines) for answer in held] == [INVOICE_LINES] * 3
        assert in_flight.result().lines == []
        assert worker_restarts(service) == 1
