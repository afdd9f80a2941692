"""Waiting for the signal that asks a process to stop."""

import os
import select
import signal
from types import FrameType


class StopSignal:
    """The first SIGTERM or SIGINT; later ones change nothing, so that the process stops in order.

    By a pipe and not by a threading.Event: a signal that comes while the main thread is inside Event.wait would make
    its handler wait for a lock that the main thread itself holds.
    """

    def __init__(self) -> None:
        self.name = ""
        self._read_end, self._write_end = os.pipe()
        for number in (signal.SIGTERM, signal.SIGINT):
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
