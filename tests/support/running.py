"""Starts the real service as `make serve` does, on free ports, and stops it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

import psutil

from tests.support.paths import CONFIG, ROOT

READY_TIMEOUT_S = 180  # the first start may fetch and convert the models
STOP_TIMEOUT_S = 60


@dataclass(frozen=True)
class Service:
    """A service that answers.

    Attributes:
        log: what it and its processes wrote to standard output and standard error.
    """

    http_port: int
    rpc_port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def http_url(self) -> str:
        """Where pictures are posted to."""
        return f"http://127.0.0.1:{self.http_port}/ocr/prediction"

    @property
    def rpc_endpoint(self) -> str:
        """Host and port of the gRPC service."""
        return f"127.0.0.1:{self.rpc_port}"

    def child(self, module: str) -> psutil.Process:
        """The oldest of the supervisor's processes that run a module, such as `pdserving.worker`."""
        return children_that_run(module, psutil.Process(self.process.pid))[0]


def children_that_run(module: str, parent: psutil.Process) -> list[psutil.Process]:
    """A process's children that run a Python module, oldest first; one that ends during the look is not there."""
    found = []
    for child in parent.children():
        with suppress(psutil.NoSuchProcess):  # a zombie too: it has no command line
            if module in child.cmdline():
                found.append((child.create_time(), child))
    return [child for _, child in sorted(found, key=itemgetter(0))]


def free_ports(count: int) -> list[int]:
    """Ports of the loopback interface that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listening.getsockname()[1] for listening in sockets]
    for listening in sockets:
        listening.close()
    return ports


def serve_command(http_port: int, rpc_port: int, settings: Sequence[str] = ()) -> list[str]:
    """The command line that serves on these ports."""
    command = [sys.executable, "-m", "pdserving", "serve", "--fetch", "--config", str(CONFIG)]
    for pair in (f"http_port={http_port}", f"rpc_port={rpc_port}", *settings):
        command += ["--set", pair]
    return command


@contextmanager
def running_service(*settings: str) -> Iterator[Service]:
    """A service, ready; its processes are gone afterwards.

    Args:
        settings: `key=value` overrides of the configuration.
    """
    http_port, rpc_port = free_ports(2)
    with running_command(serve_command(http_port, rpc_port, settings), http_port, rpc_port) as service:
        yield service


@contextmanager
def running_command(command: Sequence[str], http_port: int, rpc_port: int, folder: Path = ROOT) -> Iterator[Service]:
    """The service that a command line starts in a folder on these ports, ready; its processes are gone afterwards."""
    with tempfile.TemporaryDirectory() as logs:
        log = Path(logs) / "log"
        with log.open("w") as output:
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait_ready(process, log)
            yield Service(http_port, rpc_port, process, log)
        finally:
            stop(process)


def start_that_fails(*settings: str, first: str = "error: ") -> str:
    """The error of a start that stops with status 2, in a moment and without a traceback."""
    http_port, rpc_port = free_ports(2)
    command = [sys.executable, "-m", "pdserving", "serve", "--config", str(CONFIG)]
    for pair in (f"http_port={http_port}", f"rpc_port={rpc_port}", *settings):
        command += ["--set", pair]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(first)
    assert "Traceback" not in done.stderr
    return done.stderr


def stop(process: "subprocess.Popen[bytes]") -> int:
    """Send SIGTERM and return the exit status."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(STOP_TIMEOUT_S)
    finally:
        if process.poll() is None:
            process.kill()
        if process.stdin is not None:
            process.stdin.close()


def _wait_ready(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while "ready in " not in log.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the service did not start:\n{log.read_text()}")
        time.sleep(0.05)
