"""The threads that compute: one a core, and each takes the next batch of whichever stage has one.

Threads that belonged to a stage would leave a core idle while their stage has nothing to do, or compete for one.
"""

import threading
import time
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pdserving.config.schema import Count
from pdserving.cores import usable_cores
from pdserving.pipeline.fair_queue import FairQueue, Job
from pdserving.pipeline.in_flight import InFlight
from pdserving.pipeline.metrics import WorkerMetrics
from pdserving.pipeline.progress import Progress
from pdserving.pipeline.turns import Turns
from pdserving.supervision.journal import Subject


class Batch(Protocol):
    """What the pool needs to know of a batch."""

    @property
    def cost(self) -> float:
        """How much work it is, in a unit that is the same for all stages."""

    @property
    def tensor(self) -> NDArray[np.float32]:
        """The model's input, a row for each page or crop."""


class Stage(Protocol):
    """What takes turns."""

    name: str

    def subject(self, job: Job[Any, Any]) -> Subject | None:
        """The picture that a job is about."""

    def serve(self, job: Job[Any, Any], batch: Any | None) -> None:
        """Compute a batch, or end its job where there is none; never raises."""


class ComputePool:
    """Threads over the batches of all stages.

    Args:
        threads: as many as there are cores to fill; `auto`: those that this process may use.

    Attributes:
        threads: how many there are.
        in_flight: counts the requests in the pipeline.
        metrics: what the pool and its queue tell of themselves.
        progress: whether the threads get anything done.
        turns: what the threads compute.
    """

    def __init__(self, threads: Count) -> None:
        self.in_flight = InFlight()
        self.metrics = WorkerMetrics(lambda: self.in_flight.count)
        self.progress = Progress(lambda: self.in_flight.count > 0)
        self.turns = Turns()
        self.threads = usable_cores() if threads == "auto" else threads
        self._stages: dict[str, Stage] = {}
        self._queue: FairQueue[Any, Any] = FairQueue(_cost)

    def add(self, stage: Stage, slots: int) -> None:
        """Let a stage put jobs, of which it serves `slots` at a time."""
        self._stages[stage.name] = stage
        self._queue.limit(stage.name, slots)
        self.metrics.add_stage(stage.name, lambda: self._queue.waiting(stage.name))

    def put(self, job: Job[Any, Any]) -> None:
        """Queue a job of the stage that it names."""
        self._queue.put(job)

    def start(self) -> None:
        """Start the threads; all stages are there."""
        for number in range(self.threads):
            threading.Thread(target=self._serve, args=(number,), name=f"compute-{number}", daemon=True).start()

    def close(self) -> None:
        """Let each thread end after the turn that it has."""
        self._queue.close()

    def _serve(self, thread: int) -> None:
        stopwatch = _Stopwatch()

        def begin(job: Job[Any, Any]) -> None:
            self.turns.begin(thread, self._stages[job.stage].subject(job))
            stopwatch.start()
            self.progress.begin()

        def end() -> None:
            self.progress.end()
            self.turns.end(thread)

        while (turn := self._queue.take(begin, end)) is not None:
            job, batch = turn
            self._stages[job.stage].serve(job, batch)
            self._queue.release(job.stage)
            if batch is not None:
                self.metrics.observe_batch(job.stage, stopwatch.seconds, len(batch.tensor))


class _Stopwatch:
    """Of one thread."""

    def __init__(self) -> None:
        self._started = 0.0

    def start(self) -> None:
        self._started = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Since it was started."""
        return time.perf_counter() - self._started


def _cost(batch: Batch) -> float:
    return batch.cost
