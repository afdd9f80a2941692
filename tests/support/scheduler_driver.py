"""Drives a scheduler through made-up time: pages arrive, and batches take as long as they cost."""

import heapq
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from pdserving.scheduling import Batch, Batching, Job, Preparation, Row, Scheduler

STAGE = "rec"
HEIGHT = 1  # so a row costs as much as it is wide
SECONDS = 1e-3  # that a cost of 1 takes


@dataclass(frozen=True)
class Arrival:
    """A page that comes at a time, with rows of these widths."""

    at: float
    widths: tuple[int, ...]
    solitary: bool = False


@dataclass(frozen=True)
class Computed:
    """A batch, when it began, and how much every page that was there had been served before."""

    began: float
    batch: Batch[int, int]


@dataclass
class Run:
    """What happened.

    Attributes:
        batches: in order.
        ended: when each page was over.
        overdue: rows that waited longer than they had to while a slot was free.
    """

    batches: list[Computed] = field(default_factory=list)
    ended: dict[int, float] = field(default_factory=dict)
    overdue: list[tuple[float, int]] = field(default_factory=list)

    def rows(self, page: int) -> list[int]:
        """The origins of a page's rows in the order in which they were computed."""
        parts = [part for computed in self.batches for part in computed.batch.parts if part.job.key == page]
        return [row.origin for part in parts for row in part.rows]


def drive(arrivals: Sequence[Arrival], batching: Batching, slots: int = 1) -> Run:
    """Let pages come, each known by its index, and serve them all."""
    scheduler: Scheduler[int, int] = Scheduler()
    scheduler.add_stage(STAGE, slots, batching)
    run, numbers = Run(), itertools.count()
    events: list[tuple[float, int, int | Batch[int, int] | None]] = []
    for page, arrival in enumerate(arrivals):
        heapq.heappush(events, (arrival.at, next(numbers), page))
    waiting: dict[Job[int, int], tuple[float, int]] = {}  # since when, and how many rows
    free = slots
    while events:
        now = events[0][0]
        while events and events[0][0] <= now:
            _, _, event = heapq.heappop(events)
            if isinstance(event, Batch):
                free += 1
                for job in scheduler.done(event, {}):
                    run.ended[job.key] = now
            elif event is not None:
                scheduler.put(Job(event, STAGE, solitary=arrivals[event].solitary))
        while (turn := scheduler.take(now)) is not None:
            if isinstance(turn, Preparation):
                widths = arrivals[turn.job.key].widths
                rows = [Row((3, HEIGHT, width), index) for index, width in enumerate(widths)]
                if rows:
                    waiting[turn.job] = now, len(rows)
                if scheduler.prepared(turn.job, rows, now):
                    run.ended[turn.job.key] = now
                continue
            free -= 1
            for part in turn.parts:
                since, count = waiting.pop(part.job)
                if count > len(part.rows):
                    waiting[part.job] = since, count - len(part.rows)
            run.batches.append(Computed(now, turn))
            heapq.heappush(events, (now + SECONDS * cost(turn), next(numbers), turn))
        if free:
            run.overdue += [(now, job.key) for job, (since, _) in waiting.items() if now >= since + batching.timeout_s]
        if (due := scheduler.due()) < float("inf"):
            heapq.heappush(events, (due, next(numbers), None))
    return run


def cost(batch: Batch[int, int]) -> float:
    """How much work a batch is."""
    return sum(row.shape[1] * row.shape[2] for part in batch.parts for row in part.rows)
