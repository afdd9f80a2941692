"""How many requests are let in at a time, and when those that are refused may come back."""

import math
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from pdserving.errors import OverloadedError

_RECENT = 0.2  # weight of the latest answer in the average; about ten of them count


class Admission:
    """Places for requests. Any number of threads may use it.

    Args:
        limit: how many there are.
        clock: seconds, of which only differences count.

    Attributes:
        limit: how many there are.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._count = 0
        self._arrivals = 0.0  # the sum of those in flight
        self._answer_s = 0.0  # how long answers took lately

    @property
    def count(self) -> int:
        """How many places are taken."""
        return self._count

    def enter(self) -> "Place":
        """Take a place; it is given back by `leave`, or at the end of a `with` statement.

        Raises:
            OverloadedError: none is free.
        """
        now = self._clock()
        with self._lock:
            if self._count >= self.limit:
                wait_s = self._wait_s(now)
                raise OverloadedError(
                    f"{self.limit} requests are being answered, the limit max_in_flight; try again in {wait_s} s",
                    wait_s,
                )
            self._count += 1
            self._arrivals += now
            return Place(self, now)

    def leave(self, entered: float) -> None:
        """Give the place back that was taken at this time."""
        took = self._clock() - entered
        with self._lock:
            self._count -= 1
            self._arrivals = self._arrivals - entered if self._count else 0.0
            self._answer_s = _RECENT * took + (1 - _RECENT) * self._answer_s if self._answer_s else took

    def _wait_s(self, now: float) -> int:
        """Seconds by which most of those in flight will have their answers, whole ones and at least 1.

        That is how long answers took lately, or how long those in flight have waited on average, whichever is longer.
        """
        waited_s = now - self._arrivals / self._count
        return max(1, math.ceil(max(self._answer_s, waited_s)))


class Place:
    """A place that a request has."""

    def __init__(self, admission: Admission, entered: float) -> None:
        self._admission = admission
        self._entered = entered

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._admission.leave(self._entered)
