"""The reload file, beside a service's run file: it tells how reloads went, and `pdserving reload` waits for it."""

import contextlib
import json
import logging
import os
import signal
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pdserving.supervision.replacing import replace_text
from pdserving.supervision.run_file import POLL_S, RunningService, running_services, runs

_RELOAD_TIMEOUT_S = 180  # above the time that a service gives its new processes to start

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """How reloads went.

    Attributes:
        begun: how many reloads have begun to read the configuration.
        ended: how many of them have ended.
        failure: why the last one that has ended failed; None if it did not.
    """

    begun: int = 0
    ended: int = 0
    failure: str | None = None


class ReloadFile:
    """The file as the service writes it; it is there between `with` and its end.

    Args:
        run_file: the service's run file.
    """

    def __init__(self, run_file: Path) -> None:
        self._path = _beside(run_file)
        self._outcome = Outcome()

    def __enter__(self) -> "ReloadFile":
        self._write()
        return self

    def __exit__(self, *_: object) -> None:
        self._path.unlink(missing_ok=True)

    def begin(self) -> None:
        """Tell that a reload begins, which reads the configuration as it is from now on."""
        self._tell(replace(self._outcome, begun=self._outcome.begun + 1))

    def end(self, failure: str | None) -> None:
        """Tell how the reload went."""
        self._tell(replace(self._outcome, ended=self._outcome.begun, failure=failure))

    def _tell(self, outcome: Outcome) -> None:
        self._outcome = outcome
        try:
            self._write()
        except OSError as error:
            _log.error("the outcome of the reload cannot be written to %s: %s", self._path, error)

    def _write(self) -> None:
        replace_text(self._path, json.dumps(asdict(self._outcome)))


def reload_and_report() -> int:
    """Let the services that run from this folder read their configuration again, wait until they have, and say so.

    Returns:
        The exit status: 0, or 1 if a service goes on as it was.
    """
    services = running_services()
    if not services:
        print("no service runs from this folder")
    # A reload that began earlier may have read an older configuration: its outcome is no answer.
    before = {path: _read(path).begun for path in services}
    for service in services.values():
        with contextlib.suppress(ProcessLookupError):
            os.kill(service.pid, signal.SIGHUP)
    status = 0
    for path, service in services.items():
        failure = _await(path, service, before[path])
        if failure is None:
            print(f"reloaded: {service.pid}")
        else:
            print(f"error: process {service.pid} goes on as it was: {failure}", file=sys.stderr)
            status = 1
    return status


def _await(run_file: Path, service: RunningService, before: int) -> str | None:
    """Wait until a service has ended a reload after the first `before`; None, or why it has not reloaded."""
    # A service reloads once what its last reload has replaced is gone.
    timeout_s = _RELOAD_TIMEOUT_S + service.stop_timeout_s
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        outcome = _read(run_file)
        if outcome.ended > before:
            return outcome.failure
        if not runs(run_file, service):
            return "it has ended"
        time.sleep(POLL_S)
    return f"no answer within {timeout_s} s"


def _read(run_file: Path) -> Outcome:
    try:
        return Outcome(**json.loads(_beside(run_file).read_text()))
    except FileNotFoundError:  # the service has just started, or ends
        return Outcome()


def _beside(run_file: Path) -> Path:
    return run_file.with_suffix(".reload")
