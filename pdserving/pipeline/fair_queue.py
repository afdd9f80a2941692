"""Whose batch is next: pages share the cores by the work they get, so one of many lines does not hold up those of few.

Start-time fair queueing (Goyal, Vin and Cheng 1996): every page has a clock that its batches move on by their cost, the
page whose clock is furthest behind has the next turn, and one that is new, or comes to its next stage, starts at the
clock of the last turn.
"""

import heapq
import itertools
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

BatchT = TypeVar("BatchT")
KeyT = TypeVar("KeyT")


class Job(Generic[KeyT, BatchT]):
    """A page's batches in one stage, handed out one at a time to any number of threads.

    Args:
        key: what the batches belong to.
        batches: made as they are asked for; never advanced by two threads at a time.
        stage: the stage that computes them.
    """

    def __init__(self, key: KeyT, batches: Iterator[BatchT], stage: str = "") -> None:
        self.key = key
        self.batches = batches
        self.stage = stage
        self.clock = 0.0
        self.failure: BaseException | None = None
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
    """Jobs of all stages in the order of their turns.

    Args:
        cost: of a batch, in a unit that is the same for all stages; pages get equal amounts of it.
    """

    def __init__(self, cost: Callable[[BatchT], float]) -> None:
        self._cost = cost
        self._slots: defaultdict[str, float] = defaultdict(lambda: float("inf"))
        self._jobs: defaultdict[str, list[tuple[float, int, Job[KeyT, BatchT]]]] = defaultdict(list)
        self._arrivals = itertools.count()  # among equal clocks, who came first is first
        self._clock = 0.0
        self._changed = threading.Condition()
        self._closed = False

    def limit(self, stage: str, slots: int) -> None:
        """Let a stage have so many turns at a time; without a limit it has any number. Called before its first job."""
        self._slots[stage] = slots

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

    def waiting(self, stage: str) -> int:
        """How many jobs of a stage wait for their turn."""
        with self._changed:
            return len(self._jobs[stage])

    def take(
        self,
        on_turn: Callable[[Job[KeyT, BatchT]], None] = lambda job: None,
        on_wait: Callable[[], None] = lambda: None,
    ) -> tuple[Job[KeyT, BatchT], BatchT | None] | None:
        """The job whose turn it is and its next batch, None in the batch's place when it had no more and is all done.

        Waits for one whose stage has a free slot, and takes the slot: `release` it. None when the queue is closed.

        Args:
            on_turn: called with the job when the wait is over, before the batch is made.
            on_wait: called before a wait.
        """
        while True:
            on_wait()
            with self._changed:
                while (job := self._pop()) is None and not self._closed:
                    self._changed.wait()
                if job is None or self._closed:
                    return None
            on_turn(job)
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
            self.release(job.stage)

    def release(self, stage: str) -> None:
        """Give the slot of a turn back."""
        with self._changed:
            self._slots[stage] += 1
            self._changed.notify()

    def _pop(self) -> Job[KeyT, BatchT] | None:
        """The job whose clock is furthest behind, of those whose stage has a free slot."""
        waiting = [jobs for stage, jobs in self._jobs.items() if jobs and self._slots[stage] > 0]
        if not waiting:
            return None
        clock, _, job = heapq.heappop(min(waiting))
        self._clock = max(self._clock, clock)
        self._slots[job.stage] -= 1
        return job

    def _push(self, job: Job[KeyT, BatchT]) -> None:
        heapq.heappush(self._jobs[job.stage], (job.clock, next(self._arrivals), job))
        self._changed.notify()
