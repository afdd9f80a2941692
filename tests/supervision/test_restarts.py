"""What dies or hangs is replaced, alone, and the service goes on."""

import os
import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.support.image_files import blank_png
from tests.support.observing import pids, processes, ready, soon
from tests.support.paths import SAMPLES
from tests.support.running import Service, running_service
from tests.support.talking import ask_http
from tests.support.workers import hanging_worker

pytestmark = pytest.mark.service

INVOICE = (SAMPLES / "invoice.png").read_bytes()
WORKER, GATEWAY = "tests.support.workers.hanging_worker", "pdserving.gateway"


@pytest.fixture(scope="module")
def watched(models: None) -> Iterator[Service]:
    """A service that notices a hang after 3 s."""
    with running_service(f"worker_module={WORKER}", "hang_s=3", "log_format=text") as service:
        yield service


def assert_serves(service: Service) -> None:
    soon(lambda: ready(service), "a worker is ready")
    assert ask_http(service, INVOICE).texts[0] == "Invoice 2024-118"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_a_worker_that_ends_is_replaced_and_said(watched: Service, number: signal.Signals) -> None:
    gateway, (worker,) = pids(watched, GATEWAY), processes(watched, WORKER)
    worker.send_signal(number)
    soon(lambda: pids(watched, WORKER) not in (set(), {worker.pid}), "a new worker")
    assert_serves(watched)
    assert pids(watched, GATEWAY) == gateway
    # However often workers die that have served, the next one does not wait.
    said = re.findall(
        r"worker 0 ended (?:by SIG(?:KILL|SEGV)|with status 0); a new one is started in (.*) s", watched.log.read_text()
    )
    assert said
    assert set(said) == {"0.1"}


def test_a_gateway_that_is_killed_is_replaced_and_connections_wait_for_the_new_one(watched: Service) -> None:
    workers, (gateway,) = pids(watched, WORKER), processes(watched, GATEWAY)
    gateway.kill()
    gateway.wait()
    assert ask_http(watched, INVOICE).texts[0] == "Invoice 2024-118"
    assert pids(watched, WORKER) == workers


@pytest.mark.parametrize("size", [hanging_worker.WAITING, hanging_worker.HOLDING])
def test_a_worker_that_hangs_over_a_picture_is_killed_and_replaced(watched: Service, size: tuple[int, int]) -> None:
    before = watched.log.read_text().count("got nothing done for 3 s (hang_s); it is killed")
    (worker,) = pids(watched, WORKER)
    with ThreadPoolExecutor(1) as client:
        asked = client.submit(ask_http, watched, blank_png(size))
        soon(lambda: pids(watched, WORKER) not in (set(), {worker}), "a new worker")
        asked.exception()
    assert_serves(watched)
    assert watched.log.read_text().count("got nothing done for 3 s (hang_s); it is killed") > before


def test_a_process_that_is_stopped_from_outside_is_killed_and_replaced(watched: Service) -> None:
    for module in (WORKER, GATEWAY):
        (process,) = processes(watched, module)
        process.suspend()
        soon(lambda pid=process.pid, module=module: pids(watched, module) not in (set(), {pid}), "a new process")  # type: ignore[misc]
        assert_serves(watched)


def test_each_process_leads_a_group_of_its_own(watched: Service) -> None:
    members = [watched.process.pid, *pids(watched, WORKER), *pids(watched, GATEWAY)]
    groups = {os.getpgid(pid) for pid in members}
    assert len(groups) == len(members) == 3


def test_two_workers_answer_at_one_grpc_address_and_are_replaced_each(models: None) -> None:
    with running_service("workers=2", "log_format=text") as service:
        first, second = processes(service, "pdserving.worker")
        listening = {
            c.laddr.port for worker in (first, second) for c in worker.net_connections() if c.status == "LISTEN"
        }
        assert listening == {service.rpc_port}
        first.kill()
        soon(lambda: len(pids(service, "pdserving.worker") - {first.pid}) == 2, "a new worker")
        assert second.is_running()
        assert httpx.get(f"http://127.0.0.1:{service.http_port}/healthz").status_code == 200
