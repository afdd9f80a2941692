"""A slot: one place of a generation, such as its second worker. The process in it is replaced when it ends."""

import logging
import math
import time

from pdserving.supervision.launch import Launch
from pdserving.supervision.process import Process
from pdserving.supervision.restarts import Restarts
from pdserving.supervision.strikes import strike_after_death

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 10.0
"""Seconds before a process is started again: doubled with each further end, until one has come to serve."""

_log = logging.getLogger(__name__)


class Slot:
    """Keeps a process running, from its start until it is told to stop.

    Args:
        kind: `worker` or `gateway`, as metrics and log name it.
        module: what the process runs.
        launch: what the process is told.
        restarts: where starts after the first are counted.
        start_timeout_s: seconds that a process may take until it serves.
        hang_s: seconds that a process may then have work and get nothing done.

    Attributes:
        process: the process that fills the slot; None while there is none.
        failure: how the last process ended, or why it could not be started; None if all went well so far.
    """

    def __init__(
        self, kind: str, module: str, launch: Launch, restarts: Restarts, start_timeout_s: float, hang_s: float
    ) -> None:
        self.kind = kind
        self.failure: str | None = None
        self._module = module
        self._launch = launch
        self._restarts = restarts
        self._start_timeout_s = start_timeout_s
        self._hang_s = hang_s
        self._pause_s = _FIRST_PAUSE_S
        self._restart_at = math.inf
        self._cause = "died"
        self._stopping_since: float | None = None
        self.process: Process | None = None

    @property
    def name(self) -> str:
        """What the log calls it, such as `worker 0`."""
        return f"{self.kind} {self._launch.number}" if self.kind == "worker" else self.kind

    @property
    def ready(self) -> bool:
        """Whether its process serves."""
        return self.process is not None and self.process.ready

    @property
    def ended(self) -> bool:
        """Whether it is stopped and its process is gone."""
        return self._stopping_since is not None and self.process is None

    def start(self) -> None:
        """Start the first process. If the system has no room for it, that is a failure, and it is tried again."""
        self._try_to_start(time.monotonic())

    def stop(self) -> None:
        """Ask its process to finish and end, and start none any more."""
        if self._stopping_since is None:
            self._stopping_since = time.monotonic()
            if self.process is not None:
                self.process.terminate()

    def tick(self, stop_timeout_s: float) -> None:
        """Notice an end, a hang or a stop that takes too long, and do what follows from it."""
        now = time.monotonic()
        if self.process is None:
            if self._stopping_since is None and now >= self._restart_at:
                self._restart(now)
            return
        self.process.listen()
        how = self.process.how_ended()
        if how is not None:
            self._bury(self.process, how, now)
        elif self.process.killed:
            return
        elif self._stopping_since is not None:
            if now - self._stopping_since > stop_timeout_s:
                _log.warning("%s has not ended within %g s; it is killed", self.name, stop_timeout_s)
                self.process.kill()
        elif (reason := self._stuck(self.process, now)) is not None:
            _log.error("%s %s; it is killed", self.name, reason)
            self._cause = "hung"
            self.process.kill()

    def _restart(self, now: float) -> None:
        if self._try_to_start(now):
            self._restarts.count(self.kind, self._cause)
            self._cause = "died"

    def _try_to_start(self, now: float) -> bool:
        try:
            self.process = Process(self._module, self._launch)
        except OSError as error:  # no memory, no process or no descriptor is left
            self.failure = f"the {self.kind} process cannot be started: {error.strerror}"
            _log.error("%s cannot be started: %s; tried again in %g s", self.name, error, self._pause_s)
            self._pause(now)
            return False
        return True

    def _stuck(self, process: Process, now: float) -> str | None:
        if not process.ready:
            late = now - process.started > self._start_timeout_s
            return f"does not serve after {self._start_timeout_s:g} s" if late else None
        if process.stalled_s(now) > self._hang_s:
            return f"got nothing done for {self._hang_s:g} s (hang_s)"
        return None

    def _bury(self, process: Process, how: str, now: float) -> None:
        self.process = None
        process.close()
        strike_after_death(self._launch.folder, process.pid)
        if self._stopping_since is not None:
            return
        self.failure = f"the {self.kind} process ended {how}"
        if process.ready:
            self._pause_s = _FIRST_PAUSE_S
        _log.error("%s ended %s; a new one is started in %g s", self.name, how, self._pause_s)
        self._pause(now)

    def _pause(self, now: float) -> None:
        self._restart_at = now + self._pause_s
        self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)
