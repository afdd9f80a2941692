"""A service whose detector waits until a test lets it go on: see `waiting_worker`."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.observing import Metrics, soon
from tests.support.running import Service, running_service
from tests.support.workers import waiting_worker

HANG_S = 600  # to wait at the door is not to hang
MODULE = "worker_module=tests.support.workers.waiting_worker"


@dataclass(frozen=True)
class WaitingService:
    """A service, and the door in its detector."""

    service: Service
    folder: Path

    def arrived(self) -> None:
        """Wait until a page stands before the door."""
        soon((self.folder / waiting_worker.ARRIVED).exists)

    def let_go(self) -> None:
        """Open the door, and wait until nothing is in flight."""
        self.open()
        soon(self._idle)

    def open(self) -> None:
        """Open the door."""
        (self.folder / waiting_worker.GO).touch()

    def shut(self) -> None:
        """Close the door for the next pages."""
        for name in (waiting_worker.GO, waiting_worker.ARRIVED):
            (self.folder / name).unlink(missing_ok=True)

    def _idle(self) -> bool:
        metrics = Metrics(self.service)
        names = ("pdserving_requests_in_flight", "pdserving_pages_in_flight", "pdserving_requests_waiting")
        return not any(metrics.value(name) for name in names)


@contextmanager
def waiting_service(*settings: str) -> Iterator[WaitingService]:
    """A service whose door is shut; it is opened before the service is stopped."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        environment.setenv(waiting_worker.FOLDER, folder)
        with running_service(MODULE, waiting_worker.MAY_WRITE, f"hang_s={HANG_S}", *settings) as service:
            waiting = WaitingService(service, Path(folder))
            try:
                yield waiting
            finally:
                waiting.let_go()
