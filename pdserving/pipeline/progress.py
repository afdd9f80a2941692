"""Whether the compute threads get anything done: what the supervisor is told, who replaces a worker that hangs."""

import threading
import time
from collections.abc import Callable


class Progress:
    """Since when each thread has been in its turn, and when the last turn ended.

    Args:
        busy: whether there is a request in the pipeline.
        clock: in seconds.
    """

    def __init__(self, busy: Callable[[], bool], clock: Callable[[], float] = time.monotonic) -> None:
        self._busy = busy
        self._clock = clock
        self._turns: dict[int, float] = {}
        self._last = clock()

    def begin(self) -> None:
        """Note that this thread has a turn."""
        self._turns[threading.get_ident()] = self._clock()

    def end(self) -> None:
        """Note that this thread's turn is over, if it had one."""
        if self._turns.pop(threading.get_ident(), None) is not None:
            self._last = self._clock()

    def stalled_s(self) -> float:
        """Seconds of the longest turn that is not over, or since the last one while there are requests; 0 if idle."""
        now = self._clock()
        if not self._busy():
            self._last = now
        oldest = min([self._last, *list(self._turns.values())])
        return now - oldest
