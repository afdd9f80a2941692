"""The rounds of all contenders, and the rows of the table that come of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pdserving.bench.closed_loop import ContenderError
from pdserving.bench.contender import Contender, in_groups
from pdserving.bench.machine import busy_share
from pdserving.bench.measurement import Measurement, median_of
from pdserving.bench.processes import StartTimeoutError
from pdserving.bench.task import Task
from pdserving.setup_errors import SetupError


@dataclass
class Row:
    """A contender at one number of clients: what each round measured, and how the last failed round failed."""

    contender: Contender
    clients: int | None
    rounds: list[Measurement] = field(default_factory=list)
    failure: str = ""

    @property
    def median(self) -> Measurement | None:
        """The medians over the rounds that did not fail; None if all did."""
        return median_of(self.rounds, self.contender.figures) if self.rounds else None

    @property
    def title(self) -> str:
        """The contender's name, with the number of clients where there are any."""
        if self.clients is None:
            return self.contender.name
        return f"{self.contender.name}, {self.clients} {'client' if self.clients == 1 else 'clients'}"


Rows = Mapping[tuple[str, int | None], Row]


def run_rounds(contenders: Sequence[Contender], rounds: int, task: Task) -> tuple[Rows, list[float]]:
    """Run every contender once a round. One that fails is tried again in the next, unless it did not start in time.

    Returns:
        The rows, and the shares of the machine that were busy before each contender, while none of them ran.
    """
    busy = []
    rows = {
        (contender.name, clients): Row(contender, clients)
        for contender in contenders
        for clients in contender.levels(task.clients)
    }
    groups = in_groups(contenders)
    for number in range(1, rounds + 1):
        for group in list(groups):
            busy.append(busy_share())
            names = [contender.name for contender in group]
            waiting = [row for row in rows.values() if row.contender in group]
            try:
                for name, clients, measured in group[0].run(task, names):
                    row = rows[name, clients]
                    row.rounds.append(measured)
                    waiting.remove(row)
                    task.report(f"round {number} of {rounds}: {row.title}: {measured.images_per_s:.2f} images/s")
            except (ContenderError, SetupError, OSError) as error:
                for row in waiting:
                    row.failure = f"round {number}: {error}"
                task.report(f"round {number} of {rounds}: {waiting[0].title}: {error}")
                if isinstance(error, StartTimeoutError):
                    groups.remove(group)
    return rows, busy


def ratios(row: Row, rows: Rows) -> dict[str, float | None]:
    """The figures of a row, each divided by that of the service it refers to, at the same number of clients.

    A contender without clients takes one picture after the other. Its images/s are divided by those of the service at
    the most clients, its other figures by those at the fewest.
    """
    reference = [other for (name, _), other in rows.items() if name == row.contender.reference]
    found: dict[str, float | None] = {}
    for figure in row.contender.figures:
        at = [other for other in reference if other.clients == row.clients]
        if row.clients is None:
            at = reference[-1:] if figure == "images_per_s" else reference[:1]
        found[figure] = _ratio(value_of(row, figure), value_of(at[0], figure) if at else None)
    return found


def value_of(row: Row | None, figure: str) -> float | None:
    """The median of a figure in a row; None where there is none."""
    value: float | None = getattr(row.median, figure) if row is not None and row.median is not None else None
    return value


def _ratio(value: float | None, other: float | None) -> float | None:
    return None if value is None or not other else value / other
