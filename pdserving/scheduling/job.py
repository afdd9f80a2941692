"""A page's work in one stage, and the turns that it is done in."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT")
OriginT = TypeVar("OriginT")
Shape = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Row(Generic[OriginT]):
    """What one row of the model's input is made of.

    Attributes:
        shape: (3, H, W); rows of one shape can be computed together.
        origin: what the stage needs to know of where it came from.
    """

    shape: Shape
    origin: OriginT


class Job(Generic[KeyT, OriginT]):
    """A page's work in one stage: it is prepared, then its rows are computed in batches, then it is over.

    Args:
        key: what the stage knows the page by; the scheduler does not look at it.
        stage: the stage's name.
        solitary: its rows are computed with no other page's.

    Attributes:
        failure: what ended it early.
        size: how many rows it has in all, once it is prepared.
    """

    def __init__(self, key: KeyT, stage: str, *, solitary: bool = False) -> None:
        self.key = key
        self.stage = stage
        self.solitary = solitary
        self.failure: BaseException | None = None
        self.size = 0
        # The scheduler's own: how much work has been done for it, its place among those of equal work, how many of its
        # rows wait, and how many batches with rows of it are being computed.
        self.clock = 0.0
        self.number = 0
        self.waiting = 0
        self.out = 0

    @property
    def over(self) -> bool:
        """Whether none of its rows waits or is being computed; asked once it is prepared."""
        return self.waiting == 0 and self.out == 0


@dataclass(frozen=True, slots=True, eq=False)
class Part(Generic[KeyT, OriginT]):
    """The rows of one page in a batch; they follow one another in it."""

    job: Job[KeyT, OriginT]
    rows: tuple[Row[OriginT], ...]


@dataclass(frozen=True, eq=False)
class Preparation(Generic[KeyT, OriginT]):
    """A turn in which it is found out which rows a job has."""

    job: Job[KeyT, OriginT]

    @property
    def stage(self) -> str:
        """The stage's name."""
        return self.job.stage

    @property
    def jobs(self) -> Iterable[Job[KeyT, OriginT]]:
        """Whose turn it is."""
        return (self.job,)


@dataclass(frozen=True, eq=False)
class Batch(Generic[KeyT, OriginT]):
    """A turn in which rows of one shape are computed, of one page or of several."""

    stage: str
    parts: tuple[Part[KeyT, OriginT], ...]

    @property
    def jobs(self) -> Iterable[Job[KeyT, OriginT]]:
        """Whose turn it is."""
        return (part.job for part in self.parts)

    @cached_property
    def size(self) -> int:
        """How many rows it has."""
        return sum(len(part.rows) for part in self.parts)

    @property
    def whole(self) -> bool:
        """Whether it holds all rows that one job has, and no others."""
        return len(self.parts) == 1 and self.size == self.parts[0].job.size


Turn = Preparation[KeyT, OriginT] | Batch[KeyT, OriginT]
