"""The figures as text and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pdserving.bench.goals import Verdict
from pdserving.bench.measurement import FIGURES
from pdserving.bench.rows import Row, Rows, ratios, value_of

HEADINGS = {
    "images_per_s": "images/s",
    "p50_ms": "p50 ms",
    "p95_ms": "p95 ms",
    "peak_rss_mb": "RSS MB",
    "lines": "lines",
}
DECIMALS = {"images_per_s": 2}
SAID = 3  # failures of pictures that are spelt out for a contender
ABSENT = "-"


def table(rows: Rows) -> str:
    """A line for each row, columns aligned; × is the ratio to the service, see the last line."""
    cells = [["contender", "clients", *(text for figure in FIGURES for text in (HEADINGS[figure], "×"))]]
    cells += [_cells(row, rows) for row in rows.values()]
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
    return "\n".join([*lines, "", *_notes(rows.values())])


def _cells(row: Row, rows: Rows) -> list[str]:
    cells = [row.contender.name, ABSENT if row.clients is None else str(row.clients)]
    for figure, ratio in ratios(row, rows).items():
        value = value_of(row, figure)
        cells.append(ABSENT if value is None else f"{value:.{DECIMALS.get(figure, 0)}f}")
        cells.append(ABSENT if ratio is None else f"{ratio:.2f}")
    return cells


def _notes(rows: Any) -> list[str]:
    notes = [
        "×: the figure divided by that of ppocrv6-http at as many clients; for ppocrv4-grpc, stock, ppocrv4-bound and",
        "   ppocrv4-in-process by that of ppocrv4-http. What has no clients is compared with the service at the most",
        "   clients in images/s, at the fewest in the rest.",
    ]
    seen = set()
    for row in rows:
        if row.failure and row.median is not None:
            notes.append(f"{row.title}: {row.failure}")
        failures = row.median.failures if row.median is not None else ()
        if failures and (row.contender.name, failures) not in seen:
            seen.add((row.contender.name, failures))
            more = f"; and {len(failures) - SAID} more" if len(failures) > SAID else ""
            notes.append(f"{row.title}: {len(failures)} pictures failed: {'; '.join(failures[:SAID])}{more}")
    return notes


def verdict_table(verdicts: Sequence[Verdict]) -> str:
    """A line for each goal."""
    width = max(len(verdict.goal) for verdict in verdicts)
    lines = [f"{'goal'.ljust(width)}     value            floor          aim"]
    for verdict in verdicts:
        bound = "at most" if verdict.at_most else "at least"
        value = ABSENT if verdict.value is None else f"{verdict.value:.2f}"
        unit = verdict.unit or "×"
        limits = f"{bound:>9} {verdict.floor:4.2f} {unit:2} {verdict.aim:9.2f} {unit:2}"
        lines.append(f"{verdict.goal.ljust(width)}  {value:>7} {unit:2} {limits}  {verdict.outcome}")
    return "\n".join(lines)


def as_tree(rows: Rows, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """All figures, of each round and their medians, with units as in `Measurement`."""
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
