"""Where the system has no descriptor, no disk or no reader left, the service goes on with what it has."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from pdserving.supervision.journal import Journal, Subject, take_journal
from tests.support.image_files import blank_png
from tests.support.observing import Metrics, pids, processes, ready, soon
from tests.support.paths import SAMPLES
from tests.support.running import Service, running_service
from tests.support.talking import ask_http
from tests.support.workers import hanging_worker

INVOICE = (SAMPLES / "invoice.png").read_bytes()
WORKER = "pdserving.worker"

REPORTING = """
from pdserving.serving import report
input()
report("stopping")
report("stopped")
"""


@pytest.fixture(scope="module")
def short(models: None) -> Iterator[Service]:
    """A service of its own."""
    with running_service("log_format=text") as service:
        yield service


@contextmanager
def few_descriptors(pid: int) -> Iterator[None]:
    """A process that may open two more, which is fewer than a start takes."""
    numbers = {int(path.name) for path in Path(f"/proc/{pid}/fd").iterdir()}
    free = (number for number in range(1 << 16) if number not in numbers)
    next(free)
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (next(free) + 1, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)


def assert_replaced(service: Service, worker: psutil.Process) -> None:
    soon(lambda: pids(service, WORKER) not in (set(), {worker.pid}) and ready(service), "a new worker is ready")
    assert ask_http(service, INVOICE).texts[0] == "Invoice 2024-118"


@pytest.mark.service
def test_a_supervisor_without_descriptors_keeps_what_runs_and_starts_the_rest_later(short: Service) -> None:
    supervisor = psutil.Process(short.process.pid)
    descriptors, (worker,) = supervisor.num_fds(), processes(short, WORKER)
    with few_descriptors(supervisor.pid):
        supervisor.send_signal(signal.SIGHUP)
        refused = "goes on as it was: the worker process cannot be started: Too many open files"
        soon(lambda: refused in short.log.read_text(), "the reload is refused")
        assert ask_http(short, INVOICE).texts[0] == "Invoice 2024-118"
        assert pids(short, WORKER) == {worker.pid}
        worker.kill()
        soon(lambda: short.log.read_text().count("worker 0 cannot be started") > 2, "it is tried again")
    assert_replaced(short, worker)
    assert supervisor.num_fds() == descriptors


@pytest.mark.service
def test_a_death_that_cannot_be_noted_is_followed_by_a_start_all_the_same(short: Service) -> None:
    (worker,) = processes(short, WORKER)
    scratch = Path(worker.environ()["TMPDIR"])
    (scratch / "restarts.part").mkdir()
    journal = scratch / f"journal-{worker.pid}"
    journal.unlink()
    journal.mkdir()
    worker.kill()
    assert_replaced(short, worker)
    text = short.log.read_text()
    assert "the count of restarts cannot be written" in text
    assert f"process {worker.pid} died, and the pictures that it computed cannot be noted" in text


def test_a_journal_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        journal = Journal(tmp_path, 1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    journal.enter(0, [Subject(b"a" * 16)])
    journal.leave(0)
    assert take_journal(tmp_path, os.getpid()) == []
    journal.discard()


@pytest.mark.service
def test_a_report_that_nobody_reads_is_no_error() -> None:
    command = [sys.executable, "-c", REPORTING]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(b"\n")
        process.stdin.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.service
def test_a_worker_that_hangs_ends_after_its_supervisor_was_killed(models: None) -> None:
    module = "tests.support.workers.hanging_worker"
    with running_service(f"worker_module={module}", "drain_s=0", "hang_s=600") as service:
        children = psutil.Process(service.process.pid).children(recursive=True)
        with ThreadPoolExecutor(1) as client:
            asked = client.submit(ask_http, service, blank_png(hanging_worker.WAITING))
            soon(lambda: Metrics(service).value("pdserving_pages_in_flight") == 1)
            service.process.kill()
            _, alive = psutil.wait_procs(children, timeout=60)
            assert alive == []
            assert asked.exception() is not None or asked.result().err_no == 8000
