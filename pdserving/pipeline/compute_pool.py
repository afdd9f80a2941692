"""The threads that compute: one a core, and each takes the next turn of whichever stage has one.

Threads that belonged to a stage would leave a core idle while their stage has nothing to do, or compete for one.
"""

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol, Self

from pdserving.pipeline.metrics import WorkerMetrics
from pdserving.pipeline.predictors import DeviceLoad
from pdserving.pipeline.turns import Turns
from pdserving.scheduling import Batch, Batching, Job, Preparation, Row, Scheduler, Turn
from pdserving.supervision.journal import Journal, Subject

AnyJob = Job[Any, Any]


class Stage(Protocol):
    """What takes turns. None of its methods raises.

    Attributes:
        name: the name by which its jobs name it.
        batching: how its batches are made.
        work: how long a pixel of a row takes, relative to one of the detector's.
    """

    name: str
    batching: Batching
    work: float

    def subject(self, job: AnyJob) -> Subject | None:
        """The picture that a job is about."""

    def prepare(self, job: AnyJob) -> Sequence[Row[Any]]:
        """The rows of a job; none where finding them failed, which the job then says."""

    def compute(self, batch: Batch[Any, Any]) -> Mapping[AnyJob, BaseException]:
        """Compute a batch; the jobs for which it failed, and why."""

    def further_rows(self, job: AnyJob) -> Sequence[Row[Any]]:
        """The rows that a job has when all that it had are computed; none where it is over, or where that failed."""

    def end(self, job: AnyJob) -> None:
        """Called once, when nothing of a job is left to compute."""


class InFlight:
    """Counts the requests between `with` and its end.

    Args:
        on_alone: called when one is left of several.
    """

    def __init__(self, on_alone: Callable[[], None] = lambda: None) -> None:
        self._on_alone = on_alone
        self._count = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        with self._lock:
            self._count += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._count -= 1
            left = self._count
        if left == 1:
            self._on_alone()

    @property
    def count(self) -> int:
        """How many there are."""
        return self._count

    @property
    def alone(self) -> bool:
        """Whether there is no more than one request."""
        return self._count <= 1


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
        """Seconds since a turn last ended or since the oldest that has not ended began, the longer; 0 if idle."""
        now = self._clock()
        if not self._busy():
            self._last = now
        oldest = min([self._last, *list(self._turns.values())])
        return now - oldest


class ComputePool:
    """Threads over the turns of all stages.

    Args:
        threads: how many there are.

    Attributes:
        threads: how many there are.
        in_flight: counts the requests in the pipeline.
        metrics: what the pool tells of itself.
        progress: whether the threads get anything done.
        load: what the devices compute.
    """

    def __init__(self, threads: int) -> None:
        self.in_flight = InFlight(self._look_again)
        self.metrics = WorkerMetrics(lambda: self.in_flight.count)
        self.progress = Progress(lambda: self.in_flight.count > 0)
        self.load = DeviceLoad()
        self.threads = threads
        self._stages: dict[str, Stage] = {}
        self._scheduler: Scheduler[Any, Any] = Scheduler()
        self._changed = threading.Condition()  # of the scheduler; whoever uses the scheduler holds it
        self._closed = False

    @property
    def most_pages_at_once(self) -> int:
        """How many pages there may be in one batch."""
        return max((stage.batching.size for stage in self._stages.values()), default=1)

    def add(self, stage: Stage, slots: int) -> None:
        """Let a stage put jobs. As many of its batches as it has `slots` are computed at a time."""
        self._stages[stage.name] = stage
        with self._changed:
            self._scheduler.add_stage(stage.name, slots, stage.batching, stage.work)
        self.metrics.add_stage(stage.name, lambda: self._waiting(stage.name))

    def put(self, job: AnyJob) -> None:
        """Queue a job of the stage that it names."""
        with self._changed:
            self._scheduler.put(job)
            self._changed.notify()

    def start(self, journal: Journal | None = None) -> None:
        """Start the threads, when all stages have been added.

        Args:
            journal: where what is computed is noted; None: nowhere.
        """
        turns = Turns(journal)
        for number in range(self.threads):
            threading.Thread(target=self._serve, args=(number, turns), name=f"compute-{number}", daemon=True).start()

    def close(self) -> None:
        """Let each thread end after the turn that it has."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _serve(self, thread: int, turns: Turns) -> None:
        while (turn := self._take()) is not None:
            self._carry_out(turn, thread, turns)
            del turn  # a thread that waits for the next one keeps no page alive

    def _carry_out(self, turn: Turn[Any, Any], thread: int, turns: Turns) -> None:
        """Have a turn, from its entry in the journal to passing on the pages whose jobs are over by it."""
        stage = self._stages[turn.stage]
        turns.begin(thread, [subject for subject in map(stage.subject, turn.jobs) if subject is not None])
        self.progress.begin()
        for job in self._do(stage, turn):
            if not self._goes_on(stage, job):
                stage.end(job)
        self.progress.end()
        turns.end(thread)

    def _goes_on(self, stage: Stage, job: AnyJob) -> bool:
        """Whether a job of which all is computed has further rows, which then wait for their turns."""
        rows = stage.further_rows(job)
        if rows:
            with self._changed:
                self._scheduler.prepared(job, rows, time.monotonic())
                self._changed.notify(len(rows))
        return bool(rows)

    def _take(self) -> Turn[Any, Any] | None:
        """Wait for the next turn; None when the pool is closed."""
        with self._changed:
            while not self._closed:
                turn = self._scheduler.take(time.monotonic(), lone=self.in_flight.alone)
                if turn is not None:
                    return turn
                due = self._scheduler.due()
                self._changed.wait(None if due == math.inf else due - time.monotonic())
        return None

    def _do(self, stage: Stage, turn: Turn[Any, Any]) -> Sequence[AnyJob]:
        """Prepare a job or compute a batch; the jobs that are over by it."""
        if isinstance(turn, Preparation):
            rows = stage.prepare(turn.job)
            with self._changed:
                over = self._scheduler.prepared(turn.job, rows, time.monotonic())
                self._changed.notify(len(rows))
            return [turn.job] if over else []
        started = time.perf_counter()
        failures = stage.compute(turn)
        self.metrics.observe_batch(stage.name, time.perf_counter() - started, turn.size)
        with self._changed:
            ended = self._scheduler.done(turn, failures)
            self._changed.notify_all()
        return ended

    def _look_again(self) -> None:
        """Let the rows of a request that is alone now wait for no others."""
        with self._changed:
            self._changed.notify_all()

    def _waiting(self, stage: str) -> int:
        with self._changed:
            return self._scheduler.waiting(stage)
