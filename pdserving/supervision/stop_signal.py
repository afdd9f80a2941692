"""Waiting for the signal that asks a process to stop."""

import os
import select
import signal
from types import FrameType

CLOSE_PUBLIC_PORT = signal.SIGUSR1
"""Asks a worker to accept no more from strangers, while its gateway finishes what it has."""


class StopSignal:
    """The first of some signals; later ones change nothing, so that the process stops in order.

    By a pipe and not by a threading.Event: a signal that comes while the main thread is inside Event.wait would make
    its handler wait for a lock that the main thread itself holds.

    Args:
        numbers: the signals; SIGTERM and SIGINT where none are named.
    """

    def __init__(self, *numbers: signal.Signals) -> None:
        self.name = ""
        self._read_end, self._write_end = os.pipe()
        for number in numbers or (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._receive)

    def wait(self, seconds: float | None = None) -> bool:
        """Whether the signal has come, after waiting for it that long; None: for ever."""
        if not self.name:
            select.select([self._read_end], [], [], seconds)
        return bool(self.name)

    def _receive(self, number: int, _: FrameType | None) -> None:
        if not self.name:
            self.name = signal.Signals(number).name
            os.write(self._write_end, b".")
