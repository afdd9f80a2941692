"""The file by which `stop` finds a running service: its process id, locked as long as it runs."""

import contextlib
import fcntl
import os
import signal
import sys
import time
from pathlib import Path
from typing import ClassVar, Self

from pdserving.setup_errors import SetupError

FOLDER = Path("build") / "run"
POLL_S = 0.05
STOP_TIMEOUT_S = 90


class AlreadyRunningError(SetupError):
    """A service from this folder already runs on the port."""

    code: ClassVar[str] = "already_running"


class RunFile:
    """Context manager that holds the file of the service on an HTTP port, `path`."""

    def __init__(self, http_port: int) -> None:
        self.path = _path(http_port)
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
        os.write(self._file, f"{os.getpid()}\n".encode())
        return self

    def __exit__(self, *_: object) -> None:
        # The file stays, unlocked and empty: were it removed, a service that starts now could hold one without a name.
        os.ftruncate(self._file, 0)
        os.close(self._file)


def running_services(http_port: int | None = None) -> dict[Path, int]:
    """The files of the services that run from this folder, or of the one on a port, and their process ids."""
    paths = sorted(FOLDER.glob("*.pid")) if http_port is None else [_path(http_port)]
    return {path: pid for path in paths if (pid := running_pid(path)) is not None}


def stop_and_report(http_port: int | None = None) -> int:
    """Stop the services that run from this folder, or the one on a port, say so, and return the exit status."""
    try:
        ended = stop_services(STOP_TIMEOUT_S, http_port)
    except TimeoutError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    there = "" if http_port is None else f" on port {http_port}"
    print(f"stopped: {', '.join(map(str, ended))}" if ended else f"no service runs from this folder{there}")
    return 0


def stop_services(timeout_s: float, http_port: int | None = None) -> list[int]:
    """Send SIGTERM to every service that runs from this folder, or to the one on a port, and wait for their ends.

    Returns:
        The process ids that ended.

    Raises:
        TimeoutError: one still runs after `timeout_s` seconds.
    """
    running = running_services(http_port)
    for pid in running.values():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + timeout_s
    for path, pid in running.items():
        while running_pid(path) == pid:
            if time.monotonic() > deadline:
                raise TimeoutError(f"process {pid} still runs after {timeout_s:g} s")
            time.sleep(POLL_S)
    return list(running.values())


def _path(http_port: int) -> Path:
    return FOLDER / f"{http_port}.pid"


def running_pid(path: Path) -> int | None:
    """The process id of the service that holds a file's lock, None if there is none."""
    try:
        with path.open() as file:
            try:
                # Shared: two that look at a time must not take each other for the service.
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                text = file.read().strip()
                return int(text) if text else None
    except FileNotFoundError:
        pass
    return None
