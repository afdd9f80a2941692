"""A process's end of the two pipes between it and the supervisor.

Its standard input brings the settings, and ends when the supervisor does. Into the other pipe it writes how it is.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from pdserving.logs import set_up_logging
from pdserving.supervision.launch import Launch
from pdserving.supervision.scratch import hold

_STDIN = 0
BEAT_S = 0.5
READY, BEAT, PORT_CLOSED = "ready", "beat", "port-closed"


class Status:
    """The pipe into which a process writes how it is, a line each: `ready`, `beat STALLED_S` or `port-closed`.

    Args:
        fd: the end of the pipe that is written to.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        os.set_inheritable(fd, False)

    def ready(self) -> None:
        """Say that it serves."""
        self._write(READY)

    def port_closed(self) -> None:
        """Say that it accepts no more requests from outside."""
        self._write(PORT_CLOSED)

    def beat(self, stalled_s: float = 0) -> None:
        """Say that it lives.

        Args:
            stalled_s: seconds for which there has been work and nothing of it got done.
        """
        self._write(f"{BEAT} {stalled_s:.3f}")

    def keep_beating(self, stalled_s: Callable[[], float]) -> None:
        """Say from now on that it lives, in a thread. One that holds the interpreter's lock for ever silences it too.

        Args:
            stalled_s: asked before each beat for what `beat` tells.
        """

        def beat() -> None:
            pause = threading.Event()
            while not pause.wait(BEAT_S):
                self.beat(stalled_s())

        threading.Thread(target=beat, name="heartbeat", daemon=True).start()

    def _write(self, line: str) -> None:
        # Without a supervisor standard input has ended too, and that ends the process.
        with contextlib.suppress(BrokenPipeError):
            os.write(self._fd, f"{line}\n".encode())


def receive_launch() -> Launch:
    """Read what the supervisor has sent. From now on this process ends, by SIGTERM, when the supervisor does."""
    with open(_STDIN, "rb", buffering=0, closefd=False) as pipe:
        line = pipe.readline()
    if not line:
        sys.exit("error: the supervisor ended before it sent the settings")
    launch = Launch.model_validate_json(line)
    set_up_logging(launch.settings.log_level, launch.settings.log_format)
    hold(launch.folder)
    threading.Thread(target=_follow_parent, args=(launch.stop_timeout_s,), name="parent", daemon=True).start()
    return launch


def _follow_parent(stop_timeout_s: float) -> None:
    # Not by sys.stdin: a thread that waits inside its lock makes the interpreter's end a fatal error.
    while os.read(_STDIN, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    # Nobody else is left to end what hangs.
    time.sleep(stop_timeout_s)
    os.killpg(0, signal.SIGKILL)
