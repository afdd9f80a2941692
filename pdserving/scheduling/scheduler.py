"""Whose turn is next, and what is computed in it.

Turns. Pages share the device by the work that is done for them: a page of many lines does not hold up those of few, nor
they it. Every job has a clock, which its rows move on by their cost, and the job whose clock is furthest behind comes
first. Every stage has a clock too, at which a new job starts. What is done in the stage moves the stage's clock on, by
its cost divided by the number of jobs that wait there, as in generalised processor sharing (Parekh and Gallager 1993).

Simpler clocks fail. One that only followed the turns would stand still while new pages keep coming, and these would
starve those that have more to do. One for all stages would run ahead of the jobs of a stage with few slots, by all that
is done elsewhere, and who comes to that stage would wait until they catch up. But a stage where nobody waits sets its
clock by such a common one, so that jobs of different stages compare.

Batches. Rows of one shape wait for others, of all pages, until they fill a batch or the first of them has waited its
time. Where a stage shares no batches, each page's rows are computed by themselves, and at once.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Generic

from pdserving.scheduling.batching import Batching
from pdserving.scheduling.group import Group, Order, order
from pdserving.scheduling.job import Batch, Job, KeyT, OriginT, Row, Turn
from pdserving.scheduling.stage_queue import StageQueue


class Scheduler(Generic[KeyT, OriginT]):
    """The jobs of all stages. Used by one thread at a time; times are in seconds, of whatever clock."""

    def __init__(self) -> None:
        self._stages: dict[str, StageQueue[KeyT, OriginT]] = {}
        self._numbers = itertools.count()
        self._clock = 0.0

    def add_stage(self, name: str, slots: int, batching: Batching, work: float = 1) -> None:
        """Let jobs of a stage in; the arguments are those of `StageQueue`."""
        self._stages[name] = StageQueue(name, slots, batching, work)

    def waiting(self, stage: str) -> int:
        """How many jobs of a stage wait for a turn."""
        return self._stages[stage].waiting

    def put(self, job: Job[KeyT, OriginT]) -> None:
        """Queue a new job."""
        job.number = next(self._numbers)
        self._stages[job.stage].put(job, self._clock)

    def take(self, now: float, *, lone: bool = False) -> Turn[KeyT, OriginT] | None:
        """The next turn; None if there is none yet. Its end is told by `prepared` or `done`.

        Args:
            now: the time.
            lone: there is but one request, so no row waits for another's.
        """
        until = math.inf if lone else now
        ready = [(stage, head) for stage in self._stages.values() for head in stage.heads() if _due(head) <= until]
        if not ready:
            return None
        stage, head = min(ready, key=lambda choice: _order(choice[1]))
        if isinstance(head, Job):
            return stage.take_job()
        sharing = sum(stage.waiting for stage in self._stages.values())
        batch, cost = stage.take_batch(head)
        self._clock += cost / sharing
        return batch

    def due(self) -> float:
        """When the next turn is due even if nothing else happens: infinity if never. Asked when there is none now."""
        return min((_due(head) for stage in self._stages.values() for head in stage.heads()), default=math.inf)

    def prepared(self, job: Job[KeyT, OriginT], rows: Sequence[Row[OriginT]], now: float) -> bool:
        """Queue the rows of a job that has been prepared, none where that failed; True if it is over."""
        self._stages[job.stage].prepared(job, rows, now)
        return job.over

    def done(
        self, batch: Batch[KeyT, OriginT], failures: Mapping[Job[KeyT, OriginT], BaseException]
    ) -> list[Job[KeyT, OriginT]]:
        """Note that a batch has been computed.

        Args:
            batch: a turn that `take` gave.
            failures: the jobs for which it failed, and why.

        Returns:
            Those of its jobs that are over now.
        """
        return self._stages[batch.stage].done(batch, failures)


def _order(head: Job[KeyT, OriginT] | Group[KeyT, OriginT]) -> Order:
    return order(head) if isinstance(head, Job) else head.first


def _due(head: Job[KeyT, OriginT] | Group[KeyT, OriginT]) -> float:
    return -math.inf if isinstance(head, Job) else head.due
