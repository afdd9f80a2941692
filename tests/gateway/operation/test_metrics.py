"""`/metrics` tells of requests and of what the worker does, and no client can make it grow."""

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.observing import Metrics, soon
from tests.support.paths import SAMPLES
from tests.support.running import Service, running_service
from tests.support.talking import TIMEOUT_S, ask, ask_http, ask_rpc, rpc_request
from tests.support.workers import waiting_worker

INVOICE = (SAMPLES / "invoice.png").read_bytes()
INVOICE_LINES = 4
STAGES = ("det", "cls", "rec")
ROUTE = "/{service}/prediction"
WORKER_NUM = 3


def test_requests_are_counted_and_timed_by_route_and_status(service: Service) -> None:
    before = Metrics(service)
    ask_http(service, INVOICE)
    ask_http(service, b"no picture")
    after = Metrics(service)

    def grown(name: str, **labels: str) -> float:
        return after.value(name, **labels) - before.value(name, **labels)

    assert grown("pdserving_requests_total", route=ROUTE, method="POST", status="200") == 1
    assert grown("pdserving_requests_total", route=ROUTE, method="POST", status="415") == 1
    for status in ("200", "415"):
        timed = {"route": ROUTE, "status": status}
        assert grown("pdserving_request_duration_seconds_count", **timed) == 1
        assert grown("pdserving_request_duration_seconds_bucket", **timed, le="+Inf") == 1
        assert 0 < grown("pdserving_request_duration_seconds_sum", **timed) < TIMEOUT_S
    assert after.value("pdserving_requests_in_flight") == 0
    assert after.value("pdserving_worker_up") == 1


def test_stages_tell_their_time_and_batch_sizes(service: Service) -> None:
    before = Metrics(service)
    ask_http(service, INVOICE)
    soon(lambda: rows(Metrics(service), "rec") - rows(before, "rec") == INVOICE_LINES)
    after = Metrics(service)
    assert [rows(after, stage) - rows(before, stage) for stage in STAGES] == [1, INVOICE_LINES, INVOICE_LINES]
    for stage in STAGES:
        batches = after.value("pdserving_batch_size_count", stage=stage)
        assert batches > before.value("pdserving_batch_size_count", stage=stage)
        assert after.value("pdserving_stage_seconds_count", stage=stage) == batches
        seconds = after.value("pdserving_stage_seconds_sum", stage=stage)
        assert seconds > before.value("pdserving_stage_seconds_sum", stage=stage)
    assert after.label_values("stage") == set(STAGES)


def rows(metrics: Metrics, stage: str) -> float:
    """Pages or crops that a stage has had."""
    return metrics.value("pdserving_batch_size_sum", stage=stage)


@pytest.mark.parametrize("process", ["gateway", "worker"])
def test_both_processes_tell_what_they_use(service: Service, process: str) -> None:
    metrics = Metrics(service)
    name = f"pdserving_{process}_process"
    resident = service.child(f"pdserving.{process}").memory_info().rss
    assert metrics.value(f"{name}_resident_memory_bytes") == pytest.approx(resident, rel=0.5)
    assert metrics.value(f"{name}_cpu_seconds_total") > 0
    assert metrics.value(f"{name}_open_fds") > 3
    assert metrics.value(f"{name}_threads") >= 1


def test_every_name_is_ours(service: Service) -> None:
    assert {name.split("_")[0] for name, _ in Metrics(service).samples} == {"pdserving"}


def test_unknown_paths_and_methods_add_no_label_values(service: Service) -> None:
    ask(service, "/nothing")
    ask(service, "/healthz", "HEAD")
    ask(service, "/nothing", "PROPFIND")
    ask_http(service, INVOICE)
    before = Metrics(service)
    Metrics(service)
    for index in range(20):
        ask(service, f"/nothing/{index}?x={index}")
        ask(service, f"/service-{index}/nothing")
    for method in ("PROPFIND", "MKCOL", "REPORT", "SUBSCRIBE"):
        ask(service, "/nothing", method)
    after = Metrics(service)
    for label in ("route", "method", "status"):
        assert after.label_values(label) - {"/metrics"} == before.label_values(label) - {"/metrics"}
    unmatched = {"route": "unmatched", "status": "404"}
    grown = [after.value("pdserving_requests_total", method=m, **unmatched) for m in ("GET", "other")]
    was = [before.value("pdserving_requests_total", method=m, **unmatched) for m in ("GET", "other")]
    assert [new - old for new, old in zip(grown, was, strict=True)] == [40, 4]


def test_the_files_of_page_and_docs_share_a_label(service: Service) -> None:
    files = (
        "/page/page.css",
        "/page/page.js",
        "/docs/assets/swagger-ui.css",
        "/docs/assets/favicon.png",
        "/openapi.json",
    )
    before = Metrics(service)
    for path in files:
        ask(service, path)
    after = Metrics(service)

    def grown(route: str) -> float:
        names = {"route": route, "method": "GET", "status": "200"}
        return after.value("pdserving_requests_total", **names) - before.value("pdserving_requests_total", **names)

    assert [grown(route) for route in ("/page/{file}", "/docs/assets/{file}", "/openapi.json")] == [2, 2, 1]


def test_a_client_that_hangs_up_is_no_longer_in_flight(service: Service) -> None:
    with socket.create_connection(("127.0.0.1", service.http_port)) as connection:
        connection.sendall(b"POST /ocr/prediction HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
        soon(lambda: Metrics(service).value("pdserving_requests_in_flight") == 1)
    soon(lambda: Metrics(service).value("pdserving_requests_in_flight") == 0)


@pytest.mark.service
def test_what_is_in_flight_and_what_waits_is_told_while_every_place_is_taken(
    models: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(waiting_worker.FOLDER, str(tmp_path))
    worker = "worker_module=tests.support.workers.waiting_worker", waiting_worker.MAY_WRITE
    settings = (*worker, f"worker_num={WORKER_NUM}", "compute_threads=1")
    with running_service(*settings) as service, ThreadPoolExecutor(6) as clients:
        answers = [clients.submit(ask_http, service, INVOICE) for _ in range(5)]

        def told(waiting: int) -> bool:
            metrics = Metrics(service)
            return (
                metrics.value("pdserving_requests_in_flight"),
                metrics.value("pdserving_pages_in_flight"),
                metrics.value("pdserving_pictures_waiting"),
                metrics.value("pdserving_requests_waiting"),
                metrics.value("pdserving_pages_waiting", stage="det"),
            ) == (5, WORKER_NUM, 5 - WORKER_NUM, waiting, WORKER_NUM - 1)

        try:
            soon(lambda: told(0))
            answers.append(clients.submit(ask_rpc, service, rpc_request(INVOICE)))
            soon(lambda: told(1))
            assert ask(service, "/readyz").status == 200
        finally:
            (tmp_path / waiting_worker.GO).touch()
        assert [len(answer.result().lines) for answer in answers] == [INVOICE_LINES] * 6
        soon(lambda: Metrics(service).value("pdserving_pages_in_flight") == 0)
        metrics = Metrics(service)
        assert metrics.value("pdserving_requests_waiting") == 0
        assert metrics.has("pdserving_requests_waiting")
        assert metrics.value("pdserving_pages_waiting", stage="det") == 0
