"""The file beside a service's run file that tells how its reloads went, and the command that waits for it."""

import contextlib
import json
import logging
import os
import signal
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from pdserving.supervision.replacing import replace_text
from pdserving.supervision.run_file import POLL_S, RunningService, running_services, runs

RELOAD_TIMEOUT_S = 180  # above the time that a service gives its new processes to start

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """How reloads went.

    Attributes:
        count: how many there were.
        failure: why the last one failed; None where it did not.
    """

    count: int = 0
    failure: str | None = None


class ReloadFile:
    """The service's end, between `with` and its end.

    Args:
        run_file: of the service.
    """

    def __init__(self, run_file: Path) -> None:
        self._path = _beside(run_file)
        self._count = 0

    def __enter__(self) -> "ReloadFile":
        self._write(Outcome())
        return self

    def __exit__(self, *_: object) -> None:
        self._path.unlink(missing_ok=True)

    def tell(self, failure: str | None) -> None:
        """Tell how a reload went."""
        self._count += 1
        try:
            self._write(Outcome(self._count, failure))
        except OSError as error:
            _log.error("the outcome of the reload cannot be written to %s: %s", self._path, error)

    def _write(self, outcome: Outcome) -> None:
        replace_text(self._path, json.dumps(asdict(outcome)))


def reload_and_report() -> int:
    """Let the services that run from this folder read their configuration again, and wait until they have.

    Says how it went, and returns the exit status: 1 where one goes on as it was.
    """
    services = running_services()
    if not services:
        print("no service runs from this folder")
    before = {path: _read(path) for path in services}
    for service in services.values():
        with contextlib.suppress(ProcessLookupError):
            os.kill(service.pid, signal.SIGHUP)
    status = 0
    for path, service in services.items():
        failure = _await(path, service, before[path].count)
        if failure is None:
            print(f"reloaded: {service.pid}")
        else:
            print(f"error: process {service.pid} goes on as it was: {failure}", file=sys.stderr)
            status = 1
    return status


def _await(run_file: Path, service: RunningService, count: int) -> str | None:
    """Wait until a service has reloaded; why it has not."""
    deadline = time.monotonic() + RELOAD_TIMEOUT_S
    while time.monotonic() < deadline:
        outcome = _read(run_file)
        if outcome.count > count:
            return outcome.failure
        if not runs(run_file, service):
            return "it has ended"
        time.sleep(POLL_S)
    return f"no answer within {RELOAD_TIMEOUT_S} s"


def _read(run_file: Path) -> Outcome:
    try:
        return Outcome(**json.loads(_beside(run_file).read_text()))
    except FileNotFoundError:  # the service has just started, or ends
        return Outcome()


def _beside(run_file: Path) -> Path:
    return run_file.with_suffix(".reload")
