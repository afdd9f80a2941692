"""The signals that the supervisor and the workers wait for."""

import contextlib
import os
import select
import signal
from types import FrameType
from typing import Self

_STOP = (signal.SIGTERM, signal.SIGINT)
RELOAD = signal.SIGHUP
"""Asks the supervisor to read the configuration and models again."""

CLOSE_PUBLIC_PORT = signal.SIGUSR1
"""Asks a worker to accept no more requests from outside, while its gateway finishes what it has."""


def hold_reload() -> None:
    """Let the system keep a reload's signal for `Signals`; before those are there, it would end the process."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {RELOAD})


def let_reload_through() -> None:
    """Let a reload's signal, kept or to come, end a process that is no service after all."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {RELOAD})


class Signals:
    """Receives signals between `with` and its end, those that were held first; `select` can wait for them.

    They come by a pipe and not by a threading.Event: a signal that comes while the main thread is inside Event.wait
    would make its handler wait for a lock that the main thread itself holds.

    Args:
        also: the signals besides those that say to stop, SIGTERM and SIGINT.

    Attributes:
        stop: the name of the first signal that said to stop; empty before.
    """

    def __init__(self, *also: signal.Signals) -> None:
        self.stop = ""
        self._numbers = (*_STOP, *also)
        self._pending: set[int] = set()

    def __enter__(self) -> Self:
        self._read_end, self._write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        os.set_blocking(self._write_end, False)
        # The interpreter writes each signal's number into it, whatever it is doing.
        signal.set_wakeup_fd(self._write_end, warn_on_full_buffer=False)
        for number in self._numbers:
            signal.signal(number, _leave_to_the_pipe)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, self._numbers)
        return self

    def __exit__(self, *_: object) -> None:
        for number in self._numbers:
            signal.signal(number, signal.SIG_IGN)
        signal.set_wakeup_fd(-1)
        os.close(self._read_end)
        os.close(self._write_end)

    def fileno(self) -> int:
        """The descriptor that is readable when there is a signal to `receive`."""
        return self._read_end

    def wait(self) -> None:
        """Wait until a signal comes, and receive it."""
        select.select([self], [], [])
        self.receive()

    def receive(self) -> None:
        """Note the signals that have come."""
        with contextlib.suppress(BlockingIOError):
            while numbers := os.read(self._read_end, 4096):
                self._pending.update(numbers)
        for number in _STOP:
            if number in self._pending and not self.stop:
                self.stop = number.name

    def take(self, number: signal.Signals) -> bool:
        """Whether a signal has come since it was last taken."""
        try:
            self._pending.remove(number)
        except KeyError:
            return False
        return True


def _leave_to_the_pipe(_: int, __: FrameType | None) -> None:
    """A handler in Python, without which nothing would be written to the pipe."""
