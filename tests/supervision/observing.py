"""What the tests of the supervisor look at and wait for."""

import time
from collections.abc import Callable

import httpx
import psutil

from tests.running import Service

TIMEOUT_S = 90


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait for something that must happen."""
    deadline = time.monotonic() + TIMEOUT_S
    while not condition():
        assert time.monotonic() < deadline, f"not within {TIMEOUT_S} s: {what}"
        time.sleep(0.05)


def ready(service: Service) -> bool:
    """Whether a picture can be read."""
    try:
        return httpx.get(f"http://127.0.0.1:{service.http_port}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def processes(service: Service, module: str) -> list[psutil.Process]:
    """Those of the service that run a module, such as `pdserving.worker`, oldest first."""
    children = psutil.Process(service.process.pid).children()
    running = [child for child in children if child.status() != psutil.STATUS_ZOMBIE and module in child.cmdline()]
    return sorted(running, key=psutil.Process.create_time)


def pids(service: Service, module: str) -> set[int]:
    """Their process ids."""
    return {process.pid for process in processes(service, module)}
