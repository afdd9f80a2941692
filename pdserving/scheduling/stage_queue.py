"""What waits in one stage."""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Generic

from pdserving.scheduling.batching import Batching
from pdserving.scheduling.group import Group
from pdserving.scheduling.job import Batch, Job, KeyT, OriginT, Preparation, Row, Shape


class StageQueue(Generic[KeyT, OriginT]):
    """Jobs to prepare, and rows to compute.

    Args:
        name: the stage's name.
        slots: how many of its batches are computed at a time.
        batching: how its batches are made.
        work: the cost of a pixel of a row, in a unit that is the same for all stages.

    Attributes:
        waiting: how many jobs wait for a turn.
    """

    def __init__(self, name: str, slots: int, batching: Batching, work: float) -> None:
        self.waiting = 0
        self._name = name
        self._free = slots
        self._batching = batching
        self._work = work
        self._clock = 0.0
        # In the order of their clocks, as the stage's goes back only where nobody waits.
        self._unprepared: deque[Job[KeyT, OriginT]] = deque()
        # Groups by shape: under None those of the jobs that share batches, and under each other job its own.
        self._groups: dict[Job[KeyT, OriginT] | None, dict[Shape, Group[KeyT, OriginT]]] = {}

    def put(self, job: Job[KeyT, OriginT], clock: float) -> None:
        """Queue a job to prepare, at the stage's clock; where nobody waits, that is set to the common one."""
        if not self.waiting:
            self._clock = clock
        job.clock = self._clock
        self._unprepared.append(job)
        self.waiting += 1

    def prepared(self, job: Job[KeyT, OriginT], rows: Sequence[Row[OriginT]], now: float) -> None:
        """Queue a job's rows, those of one shape together, the largest first."""
        alone = job.solitary or not self._batching.shared
        by_shape: defaultdict[Shape, list[Row[OriginT]]] = defaultdict(list)
        for row in rows:
            by_shape[row.shape].append(row)
        patience_s = 0.0 if alone else self._batching.timeout_s
        for shape in sorted(by_shape, reverse=True):
            groups = self._groups.setdefault(job if alone else None, {})
            if shape not in groups:
                groups[shape] = Group(shape, self._batching.most(shape), patience_s)
            groups[shape].add(job, by_shape[shape], now)
        job.size = job.waiting = len(rows)
        self.waiting += bool(rows)

    def heads(self) -> Iterator[Job[KeyT, OriginT] | Group[KeyT, OriginT]]:
        """What could have a turn now: the first job to prepare, and rows of one shape.

        Of a job that shares no batches only the first group is told: the job's other groups come after that one,
        whatever else waits. On a CPU, dense pages have hundreds of groups in all, and a batch takes no more than a few
        milliseconds.

        Where batches are shared, jobs are prepared even if no slot is free, so that the next batches fill. Elsewhere
        that would only take memory.
        """
        if self._unprepared and (self._free or self._batching.shared):
            yield self._unprepared[0]
        if self._free:
            for job, groups in self._groups.items():
                yield from groups.values() if job is None else islice(groups.values(), 1)

    def take_job(self) -> Preparation[KeyT, OriginT]:
        """Take the first job out, to be prepared."""
        self.waiting -= 1
        return Preparation(self._unprepared.popleft())

    def take_batch(self, group: Group[KeyT, OriginT]) -> tuple[Batch[KeyT, OriginT], float]:
        """Take the rows of a batch out of a group; the batch, and what it costs."""
        _, height, width = group.shape
        cost = self._work * height * width
        batch = Batch(self._name, tuple(group.take(cost)))
        self._clock += cost * batch.size / self.waiting
        self._free -= 1
        for part in batch.parts:
            part.job.out += 1
            part.job.waiting -= len(part.rows)
            self.waiting -= part.job.waiting == 0
        self._tidy(None, batch.parts[0].job)
        return batch, cost * batch.size

    def done(
        self, batch: Batch[KeyT, OriginT], failures: Mapping[Job[KeyT, OriginT], BaseException]
    ) -> list[Job[KeyT, OriginT]]:
        """Note that a batch has been computed; arguments and result are those of `Scheduler.done`."""
        self._free += 1
        for job in batch.jobs:
            job.out -= 1
            if job in failures:
                job.failure = job.failure or failures[job]
                self._forget(job)
        return [job for job in batch.jobs if job.over]

    def _forget(self, job: Job[KeyT, OriginT]) -> None:
        """Compute no more of a job's rows."""
        for owner in (None, job):
            for group in self._groups.get(owner, {}).values():
                group.remove(job)
        self._tidy(None, job)
        self.waiting -= job.waiting > 0
        job.waiting = 0

    def _tidy(self, *owners: Job[KeyT, OriginT] | None) -> None:
        """Drop the groups in which nothing waits."""
        for owner in owners:
            if left := {shape: group for shape, group in self._groups.pop(owner, {}).items() if group}:
                self._groups[owner] = left
