"""Whose batch is next: pages share the op by the work they get, so one of many lines does not hold up those of few.

Start-time fair queueing (Goyal, Vin and Cheng 1996): every page has a clock that its batches move on by their cost, the
page whose clock is furthest behind has the next turn, and a new page starts at the clock of the last turn.
"""

import heapq
import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

BatchT = TypeVar("BatchT")
KeyT = TypeVar("KeyT")


class Job(Generic[KeyT, BatchT]):
    """A page's batches, handed out one at a time to any number of threads.

    Args:
        key: what the batches belong to.
        batches: made as they are asked for; never advanced by two threads at a time.
    """

    def __init__(self, key: KeyT, batches: Iterator[BatchT]) -> None:
        self.key = key
        self.batches = batches
        self.failure: BaseException | None = None
        self.clock = 0.0
        self._out = 0
        self._exhausted = False
        self._lock = threading.Lock()

    def hand_out(self) -> None:
        """Note that a batch is being computed."""
        with self._lock:
            self._out += 1

    def give_back(self, failure: BaseException | None = None) -> bool:
        """Note that a batch is done, and whether it failed; True if it was the last one."""
        with self._lock:
            self._out -= 1
            self.failure = self.failure or failure
            return self._exhausted and self._out == 0

    def exhaust(self, failure: BaseException | None = None) -> bool:
        """Note that there are no more batches; True if none is being computed either."""
        with self._lock:
            self._exhausted = True
            self.failure = self.failure or failure
            return self._out == 0


class FairQueue(Generic[KeyT, BatchT]):
    """Jobs in the order of their turns.

    Args:
        cost: of a batch, in any unit; pages get equal amounts of it.
    """

    def __init__(self, cost: Callable[[BatchT], float]) -> None:
        self._cost = cost
        self._jobs: list[tuple[float, int, Job[KeyT, BatchT]]] = []
        self._arrivals = itertools.count()  # among equal clocks, who came first is first
        self._clock = 0.0
        self._changed = threading.Condition()
        self._closed = False

    def put(self, job: Job[KeyT, BatchT]) -> None:
        """Queue a new job."""
        with self._changed:
            job.clock = self._clock
            self._push(job)

    def close(self) -> None:
        """Let every `take` return None from now on."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def take(self) -> tuple[Job[KeyT, BatchT], BatchT | None] | None:
        """The job whose turn it is and its next batch, None in the batch's place when it had no more and is all done.

        Waits for one; None when the queue is closed.
        """
        while True:
            with self._changed:
                while not self._jobs and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return None
                self._clock, _, job = heapq.heappop(self._jobs)
            # Only this thread has the job now, so nobody else advances its iterator.
            try:
                batch = next(job.batches, None) if job.failure is None else None
            except BaseException as error:  # whatever a stage raises is the job's failure, never the thread's end
                batch = None
                job.failure = error
            if batch is not None:
                job.hand_out()
                with self._changed:
                    job.clock += self._cost(batch)
                    self._push(job)
                return job, batch
            if job.exhaust():
                return job, None

    def _push(self, job: Job[KeyT, BatchT]) -> None:
        heapq.heappush(self._jobs, (job.clock, next(self._arrivals), job))
        self._changed.notify()
