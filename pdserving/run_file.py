"""The file by which `stop` finds a running service: its process id, locked as long as it runs."""

import fcntl
import os
import signal
import time
from pathlib import Path
from typing import ClassVar, Self

from pdserving.setup_errors import SetupError

FOLDER = Path("build") / "run"
POLL_S = 0.05


class AlreadyRunningError(SetupError):
    """A service from this folder already runs on the port."""

    code: ClassVar[str] = "already_running"


class RunFile:
    """Context manager that holds the file of the service on an HTTP port."""

    def __init__(self, http_port: int) -> None:
        self._path = FOLDER / f"{http_port}.pid"
        self._file = -1

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise AlreadyRunningError(f"a service already runs here: {self._path}; `make stop` ends it") from None
        os.ftruncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())
        return self

    def __exit__(self, *_: object) -> None:
        self._path.unlink(missing_ok=True)
        os.close(self._file)


def stop_services(timeout_s: float) -> list[int]:
    """Send SIGTERM to every service that runs from this folder and wait for its end.

    Returns:
        The process ids that ended.

    Raises:
        TimeoutError: one still runs after `timeout_s` seconds.
    """
    ended = []
    for path in sorted(FOLDER.glob("*.pid")):
        with path.open() as file:
            if _lock(file.fileno()):
                path.unlink(missing_ok=True)  # its service was killed
                continue
            pid = int(file.read())
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + timeout_s
            while not _lock(file.fileno()):
                if time.monotonic() > deadline:
                    raise TimeoutError(f"process {pid} still runs after {timeout_s:g} s")
                time.sleep(POLL_S)
            ended.append(pid)
    return ended


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
