"""The run file, by which `stop` and `reload` find a running service; it is locked as long as the service runs.

It has two lines: the process id, and the seconds in which the service ends when it is told to stop.
"""

import contextlib
import fcntl
import logging
import math
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

from pdserving.setup_errors import SetupError

FOLDER = Path("build") / "run"
POLL_S = 0.05

_log = logging.getLogger(__name__)


class AlreadyRunningError(SetupError):
    """A service from this folder already runs on the port."""

    code: ClassVar[str] = "already_running"


@dataclass(frozen=True)
class RunningService:
    """What the file says of a service that runs.

    Attributes:
        pid: its process id.
        stop_timeout_s: seconds from SIGTERM to its end, at the latest.
    """

    pid: int
    stop_timeout_s: int = 90  # earlier versions do not write it


class RunFile:
    """Context manager that holds the run file of a service.

    Args:
        http_port: the service's HTTP port, by which its file is named.
        stop_timeout_s: seconds from SIGTERM to its end, at the latest.

    Attributes:
        path: where the file is.
    """

    def __init__(self, http_port: int, stop_timeout_s: float) -> None:
        self.path = _path(http_port)
        self._stop_timeout_s = stop_timeout_s
        self._port = http_port
        self._file = -1

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise AlreadyRunningError(
                f"a service already runs from this folder on HTTP port {self._port}; `make stop` ends all that do, "
                f"`pdserving hub serving stop -p {self._port}` this one"
            ) from None
        os.ftruncate(self._file, 0)
        self._write()
        return self

    def __exit__(self, *_: object) -> None:
        # The file stays, unlocked and empty. Were it removed, a service that starts now might hold one without a name.
        os.ftruncate(self._file, 0)
        os.close(self._file)

    def allow_to_stop(self, seconds: float) -> None:
        """Note that the service may take that long to end; less than before changes nothing.

        What it began while it had more time may still take that.
        """
        self._stop_timeout_s = max(self._stop_timeout_s, seconds)
        try:
            self._write()
        except OSError as error:
            _log.error("the time that a stop may take cannot be written to %s: %s", self.path, error)

    def _write(self) -> None:
        # In one piece and never shorter than before: who reads meanwhile finds whole numbers.
        os.pwrite(self._file, f"{os.getpid()}\n{math.ceil(self._stop_timeout_s)}\n".encode(), 0)


def running_services(http_port: int | None = None) -> dict[Path, RunningService]:
    """The services that run from this folder, or the one on a port, by their files."""
    paths = sorted(FOLDER.glob("*.pid")) if http_port is None else [_path(http_port)]
    return {path: service for path in paths if (service := running_service(path)) is not None}


def stop_and_report(http_port: int | None = None) -> int:
    """Stop the services that run from this folder, or the one on a port, say so, and return the exit status."""
    try:
        ended = stop_services(http_port)
    except TimeoutError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    there = "" if http_port is None else f" on port {http_port}"
    print(f"stopped: {', '.join(map(str, ended))}" if ended else f"no service runs from this folder{there}")
    return 0


def stop_services(http_port: int | None = None) -> list[int]:
    """Send SIGTERM to every service that runs from this folder, or to the one on a port, and wait for their ends.

    Returns:
        The process ids that ended.

    Raises:
        TimeoutError: one still runs after all the time that it may take.
    """
    running = running_services(http_port)
    for service in running.values():
        with contextlib.suppress(ProcessLookupError):
            os.kill(service.pid, signal.SIGTERM)
    started = time.monotonic()
    for path, service in running.items():
        while runs(path, service):
            if time.monotonic() - started > service.stop_timeout_s:
                raise TimeoutError(
                    f"process {service.pid} still runs {service.stop_timeout_s} s after it was told to stop, "
                    "the longest that this takes with its drain_s"
                )
            time.sleep(POLL_S)
    return [service.pid for service in running.values()]


def running_service(path: Path) -> RunningService | None:
    """The service that holds a file's lock; None if there is none."""
    try:
        with path.open() as file:
            try:
                # Shared: two that look at the same time must not take each other for the service.
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                lines = file.read().split()
                return RunningService(*map(int, lines)) if lines else None
    except FileNotFoundError:
        pass
    return None


def runs(path: Path, service: RunningService) -> bool:
    """Whether the service that holds a file's lock is still this one."""
    found = running_service(path)
    return found is not None and found.pid == service.pid


def _path(http_port: int) -> Path:
    return FOLDER / f"{http_port}.pid"
