"""A contender, which is what a bench measures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pdserving.bench.measurement import FIGURES
from pdserving.bench.services import Levels
from pdserving.bench.task import Task


@dataclass(frozen=True)
class Contender:
    """A service or program that is measured.

    Attributes:
        name: its name in tables and for `--only`.
        about: what it is.
        reference: the name of the contender that its ratios refer to.
        is_service: whether it is measured at each number of clients.
        run: makes one round of the contenders with these names, which are this one and those beside it.
        beside: the name of the contender whose service it asks too, in alternation; empty if it has its own.
        is_peer: whether it is somebody else's.
        figures: the names of the figures that its measurements have.
    """

    name: str
    about: str
    reference: str
    is_service: bool
    run: Callable[[Task, Sequence[str]], Levels]
    beside: str = ""
    is_peer: bool = False
    figures: tuple[str, ...] = FIGURES

    def levels(self, clients: tuple[int, ...]) -> tuple[int | None, ...]:
        """The numbers of clients at which it is measured."""
        return clients if self.is_service else (None,)


def in_groups(contenders: Sequence[Contender]) -> list[list[Contender]]:
    """The contenders, those beside one another together."""
    groups: dict[str, list[Contender]] = {}
    for contender in contenders:
        groups.setdefault(contender.beside or contender.name, []).append(contender)
    return list(groups.values())
