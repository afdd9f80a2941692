"""The figures of a run as text and as JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pdserving.bench.rows import Row, Rows, ratios, value_of
from pdserving.bench.verdict import Verdict


@dataclass(frozen=True)
class Column:
    """A figure in a table or plot.

    Attributes:
        figure: the name of the figure in a `Measurement`.
        heading: the heading, with the unit.
        decimals: digits after the point.
        has_ratio: whether the ratio to the reference stands beside it.
    """

    figure: str
    heading: str
    decimals: int = 0
    has_ratio: bool = True

    def text(self, value: float | None) -> str:
        """The text of a value."""
        return _ABSENT if value is None else f"{value:,.{self.decimals}f}"


IMAGES_PER_S = Column("images_per_s", "images/s", decimals=2)
P50 = Column("p50_ms", "p50 ms")
P95 = Column("p95_ms", "p95 ms")
PEAK_RSS = Column("peak_rss_mb", "RSS MB")
LINES = Column("lines", "lines")
COLUMNS = (IMAGES_PER_S, P50, P95, PEAK_RSS, LINES)
_SAID = 3  # failures of pictures that are spelt out for a contender
_ABSENT = "-"


def table(rows: Rows, columns: Sequence[Column], note: str) -> str:
    """The table of the rows, columns aligned; × is the ratio to the reference, which the note explains."""
    cells = [["contender", "clients"]]
    for column in columns:
        cells[0] += [column.heading, "×"] if column.has_ratio else [column.heading]
    cells += [_cells(row, rows, columns) for row in rows.values()]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = []
    for row, line in zip([None, *rows.values()], cells, strict=True):
        name, *rest = (
            text.ljust(width) if column == 0 else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        if row is not None and row.median is None:
            rest = [rest[0], f"  {row.failure or 'not run'}"]
        lines.append("  ".join([name, *rest]))
    return "\n".join([*lines, "", note, *_failures(rows.values())])


def _cells(row: Row, rows: Rows, columns: Sequence[Column]) -> list[str]:
    cells = [row.contender.name, _ABSENT if row.clients is None else str(row.clients)]
    of_reference = ratios(row, rows)
    for column in columns:
        cells.append(column.text(value_of(row, column.figure)))
        if column.has_ratio:
            ratio = of_reference[column.figure]
            cells.append(_ABSENT if ratio is None else f"{ratio:.2f}")
    return cells


def _failures(rows: Iterable[Row]) -> list[str]:
    notes = []
    seen = set()
    for row in rows:
        if row.failure and row.median is not None:
            notes.append(f"{row.title}: {row.failure}")
        failures = row.median.failures if row.median is not None else ()
        if failures and (row.contender.name, failures) not in seen:
            seen.add((row.contender.name, failures))
            more = f"; and {len(failures) - _SAID} more" if len(failures) > _SAID else ""
            notes.append(f"{row.title}: {len(failures)} pictures failed: {'; '.join(failures[:_SAID])}{more}")
    return notes


def verdict_table(verdicts: Sequence[Verdict]) -> str:
    """The table of the goals, a line each."""
    width = max(len(verdict.goal) for verdict in verdicts)
    lines = [f"{'goal'.ljust(width)}     value            floor          aim"]
    for verdict in verdicts:
        bound = "at most" if verdict.at_most else "at least"
        value = _ABSENT if verdict.value is None else f"{verdict.value:.2f}"
        unit = verdict.unit or "×"
        limits = f"{bound:>9} {verdict.floor:4.2f} {unit:2} {verdict.aim:9.2f} {unit:2}"
        lines.append(f"{verdict.goal.ljust(width)}  {value:>7} {unit:2} {limits}  {verdict.outcome}")
    return "\n".join(lines)


def as_tree(rows: Rows, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """All figures, those of each round and their medians, in the units of `Measurement`."""
    return {
        "rows": [
            {
                "contender": row.contender.name,
                "about": row.contender.about,
                "clients": row.clients,
                "median": asdict(row.median) if row.median is not None else None,
                "ratio_to": row.contender.reference,
                "ratios": ratios(row, rows),
                "rounds": [asdict(measured) for measured in row.rounds],
                "failure": row.failure or None,
            }
            for row in rows.values()
        ],
        "goals": [{**asdict(verdict), "outcome": verdict.outcome} for verdict in verdicts],
    }
