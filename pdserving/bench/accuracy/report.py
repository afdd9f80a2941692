"""The figures of a run: tables for the terminal, JSON, and a plot."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pdserving.bench.accuracy.judging import Judgement
from pdserving.bench.accuracy.measures import FIGURES, ORDER, RECALL
from pdserving.bench.accuracy.truth import TruePage
from pdserving.bench.plot import OTHERS, OURS, Panel, write_bars

_MEAN = "mean of the categories"
_ABSENT = "-"
_SAID = 3  # failures that are spelt out for a reader


def reader_table(judgement: Judgement, pages: Sequence[TruePage]) -> str:
    """A line for each category with all figures of one reader."""
    of_category = Counter(page.category for page in pages)
    head = ["category", "pages", "lines", *FIGURES]
    body = [
        [name, str(of_category[name]), str(counts.lines), *_texts(counts.figures())]
        for name, counts in judgement.counts.items()
    ]
    lines = sum(counts.lines for counts in judgement.counts.values())
    foot = [_MEAN, str(len(pages)), str(lines), *_texts(judgement.means())]
    told = judgement.failures[:_SAID]
    if len(judgement.failures) > _SAID:
        told.append(f"and {len(judgement.failures) - _SAID} more")
    return "\n".join([_aligned([head, *body, foot]), *told])


def comparison_table(judgements: Mapping[str, Judgement], figure: str) -> str:
    """A line for each category with one figure of every reader."""
    first = next(iter(judgements.values()))
    rows = [[figure, *judgements]]
    for name in first.counts:
        rows.append([name, *(_text(judgement.counts[name].figures()[figure]) for judgement in judgements.values())])
    rows.append([_MEAN, *(_text(judgement.means()[figure]) for judgement in judgements.values())])
    return _aligned(rows)


def write_json(
    judgements: Mapping[str, Judgement], failed: Mapping[str, str], facts: Mapping[str, Any], path: Path
) -> None:
    """Write all figures and counts, and how readers failed that read nothing at all."""
    tree = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        **facts,
        "readers": {
            name: {
                "mean": judgement.means(),
                "categories": {
                    category: {"figures": counts.figures(), "counts": asdict(counts)}
                    for category, counts in judgement.counts.items()
                },
                "failures": judgement.failures,
            }
            for name, judgement in judgements.items()
        },
        "failed": failed,
    }
    path.write_text(json.dumps(tree, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_recall_and_order(judgements: Mapping[str, Judgement], peers: Sequence[str], path: Path) -> None:
    """Write a PNG: in each category the token recall and the order of every reader."""
    titles, colours = [], []
    values: dict[str, list[tuple[float | None, str]]] = {RECALL: [], ORDER: []}
    for category in next(iter(judgements.values())).counts:
        for name, judgement in judgements.items():
            titles.append(f"{category}: {name}")
            colours.append(OTHERS if name in peers else OURS)
            for figure, bars in values.items():
                value = judgement.counts[category].figures()[figure]
                bars.append((value, _text(value)))
    write_bars(titles, colours, [Panel(figure, bars, most=1) for figure, bars in values.items()], path)


def _texts(figures: Mapping[str, float | None]) -> list[str]:
    return [_text(figures[figure]) for figure in FIGURES]


def _text(value: float | None) -> str:
    return _ABSENT if value is None else f"{value:.3f}"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
