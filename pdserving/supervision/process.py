"""The supervisor's end of one process: its start, what it says of itself, and its end."""

import contextlib
import os
import signal
import subprocess
import sys
import time

from pdserving.engines.tuning import TUNING
from pdserving.models.stages import engine_folders
from pdserving.supervision.child import BEAT, PORT_CLOSED, READY
from pdserving.supervision.launch import Launch
from pdserving.supervision.signals import CLOSE_PUBLIC_PORT

_CONFINED = "pdserving.security.confined"
_LAST_MOMENT_S = 0.1  # from the closing of a process's files to its end


class Process:
    """`python -m module` in a process group of its own. It ends when this process does, however that comes about.

    Args:
        module: what it runs.
        launch: what it is told; its `status_fd` is set here.

    Attributes:
        ready: whether it has said that it serves.
        port_closed: whether it has said that it accepts no more requests from outside.
        closed: whether its end of the pipe is closed, which is so at the latest when it has ended.
        killed: whether `kill` was called; a large process takes a moment to end.
        started: when it was started, by `time.monotonic`.
    """

    def __init__(self, module: str, launch: Launch) -> None:
        self.ready = False
        self.port_closed = False
        self.closed = False
        self.killed = False
        self.started = time.monotonic()
        self._said = b""
        self._stalled_s = 0.0
        self._heard = self.started
        self._status_fd, write_end = os.pipe()
        os.set_blocking(self._status_fd, False)
        launch = launch.model_copy(update={"status_fd": write_end})
        passed = [write_end] if launch.http_fd is None else [write_end, launch.http_fd]
        try:
            # A session of its own: Ctrl-C reaches the supervisor alone, and nothing that it kills can reach another.
            self._process = subprocess.Popen(  # noqa: S603  # our own modules
                _command(module, launch),
                stdin=subprocess.PIPE,
                start_new_session=True,
                pass_fds=passed,
                env={**TUNING, **os.environ, "TMPDIR": str(launch.folder)},
            )
        except OSError:
            os.close(self._status_fd)
            raise
        finally:
            os.close(write_end)
        # One that has ended already is noticed by `how_ended`.
        with contextlib.suppress(BrokenPipeError):
            if self._process.stdin is not None:
                self._process.stdin.write(launch.model_dump_json(by_alias=True).encode() + b"\n")
                self._process.stdin.flush()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def fileno(self) -> int:
        """The descriptor of its pipe; readable when there is something to `listen` to, and when it has ended."""
        return self._status_fd

    def listen(self) -> None:
        """Read what it has said."""
        try:
            while text := os.read(self._status_fd, 65536):
                *lines, self._said = (self._said + text).split(b"\n")
                for line in lines:
                    self._hear(line.decode().split())
            self.closed = True
        except BlockingIOError:
            pass

    def how_ended(self) -> str | None:
        """How it ended, such as `by SIGKILL`; None while it runs."""
        if self.closed:  # it ends in a moment, which nothing else would announce
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_LAST_MOMENT_S)
        status = self._process.poll()
        if status is None:
            return None
        return f"by {signal.Signals(-status).name}" if status < 0 else f"with status {status}"

    def stalled_s(self, now: float) -> float:
        """Seconds since it last got anything done while it had work, or since it last said anything."""
        return max(self._stalled_s, now - self._heard)

    def close_public_port(self) -> None:
        """Ask a worker that serves to accept no more requests from outside."""
        if self.ready:
            self._process.send_signal(CLOSE_PUBLIC_PORT)

    def terminate(self) -> None:
        """Ask it to finish what it has and to end."""
        self._process.terminate()

    def kill(self) -> None:
        """Kill it and whatever it has started."""
        self.killed = True
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Wait for its end, and let go of the pipes."""
        self._process.wait()
        os.close(self._status_fd)
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()

    def _hear(self, words: list[str]) -> None:
        self._heard = time.monotonic()
        match words:
            case [word] if word == READY:
                self.ready = True
            case [word] if word == PORT_CLOSED:
                self.port_closed = True
            case [word, stalled_s] if word == BEAT:
                self._stalled_s = float(stalled_s)


def _command(module: str, launch: Launch) -> list[str]:
    folders = map(str, (launch.folder, *engine_folders(launch.settings)))
    confined = [_CONFINED, *folders] if launch.settings.security.confine else []
    return [sys.executable, "-m", *confined, module]
