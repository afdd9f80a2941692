"""One that is measured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pdserving.bench.job import Job
from pdserving.bench.measurement import FIGURES
from pdserving.bench.services import Levels


@dataclass(frozen=True)
class Contender:
    """One that is measured.

    Attributes:
        name: as in `--only`.
        about: what it is.
        reference: the name of the one that its ratios refer to.
        is_service: it is measured at each number of clients.
        run: one round of the contenders with these names, this one and those beside it.
        beside: the name of the one whose service it asks too, in turn with it; empty for one by itself.
        is_peer: it is somebody else's.
        figures: the names of those that its measurements have.
    """

    name: str
    about: str
    reference: str
    is_service: bool
    run: Callable[[Job, Sequence[str]], Levels]
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
