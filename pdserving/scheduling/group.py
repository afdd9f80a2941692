"""Rows that wait to be computed together."""

from collections import defaultdict, deque
from collections.abc import Iterable
from heapq import heapify, heappop, heapreplace
from typing import Generic

from pdserving.scheduling.job import Job, KeyT, OriginT, Part, Row, Shape

Order = tuple[float, int]


def order(job: Job[KeyT, OriginT]) -> Order:
    """What jobs are sorted by: first is who has had the least work, among equals who came first."""
    return job.clock, job.number


class Group(Generic[KeyT, OriginT]):
    """Rows of one shape.

    Args:
        shape: the shape of all its rows.
        most: how many of them a batch may have.
        patience_s: how long a row waits for others before a batch that is not full is due.
    """

    def __init__(self, shape: Shape, most: int, patience_s: float) -> None:
        self.shape = shape
        self._most = most
        self._patience_s = patience_s
        self._rows: dict[Job[KeyT, OriginT], deque[Row[OriginT]]] = {}
        self._since: dict[Job[KeyT, OriginT], float] = {}  # the oldest first: time goes on
        self._count = 0

    def __bool__(self) -> bool:
        return self._count > 0

    def add(self, job: Job[KeyT, OriginT], rows: Iterable[Row[OriginT]], now: float) -> None:
        """Let a job's rows wait from now on."""
        waiting = self._rows[job] = deque(rows)
        self._since[job] = now
        self._count += len(waiting)

    def remove(self, job: Job[KeyT, OriginT]) -> None:
        """Forget a job's rows, if it has any."""
        self._count -= len(self._rows.pop(job, ()))
        self._since.pop(job, None)

    @property
    def first(self) -> Order:
        """What its first job is sorted by."""
        # `order`, without a call for each of many: this is most of a take's time.
        return min([(job.clock, job.number) for job in self._rows])

    @property
    def due(self) -> float:
        """The time from which a batch is to be computed: minus infinity where a batch is full."""
        if self._count >= self._most:
            return float("-inf")
        return next(iter(self._since.values())) + self._patience_s

    def take(self, cost: float) -> list[Part[KeyT, OriginT]]:
        """Take the rows of a batch out: each from the job that is first at that moment, whose clock it moves on.

        Args:
            cost: by how much a row moves its job's clock on.
        """
        taken: defaultdict[Job[KeyT, OriginT], list[Row[OriginT]]] = defaultdict(list)
        heap = [(*order(job), job) for job in self._rows]
        heapify(heap)
        for _ in range(min(self._most, self._count)):
            _, _, job = heap[0]
            taken[job].append(self._rows[job].popleft())
            self._count -= 1
            job.clock += cost
            if self._rows[job]:
                heapreplace(heap, (*order(job), job))
            else:
                heappop(heap)
                self.remove(job)
        return [Part(job, tuple(rows)) for job, rows in taken.items()]
