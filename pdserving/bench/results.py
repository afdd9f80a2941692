"""The results of a run: a table, a JSON file and a plot."""

import json
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pdserving.bench.machine import remark
from pdserving.bench.plot import write_plot
from pdserving.bench.rows import Rows
from pdserving.bench.table import Column, as_tree, table, verdict_table
from pdserving.bench.task import Task
from pdserving.bench.verdict import Verdict
from pdserving.hardware.processor import usable_cores


@dataclass(frozen=True)
class Layout:
    """How a run's figures are shown.

    Attributes:
        name: the files' name, without its end.
        columns: the columns of the table.
        panels: the panels of the plot.
        note: the note below the table, on what the ratios refer to.
    """

    name: str
    columns: Sequence[Column]
    panels: Sequence[Column]
    note: str


def publish(
    layout: Layout,
    rows: Rows,
    verdicts: Sequence[Verdict],
    busy: Sequence[float],
    task: Task,
    args: Namespace,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Print the table, and write `<name>.json` and `<name>.png` to the folder of `--output`.

    Args:
        layout: how the figures are shown.
        rows: the figures.
        verdicts: the verdicts on the figures.
        busy: the shares of the machine that were busy with other work, before each contender.
        task: what each contender did.
        args: the options of the command.
        facts: what else the JSON says about the run.
    """
    output = args.output.resolve()
    print(f"\n{len(task.pictures)} pictures of {args.images}, {usable_cores()} cores, medians of {args.rounds} rounds")
    print(f"{remark(busy)}\n")
    print(f"{table(rows, layout.columns, layout.note)}\n\n{verdict_table(verdicts)}")
    tree = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": usable_cores(),
        "busy_with_other_work": busy,
        "rounds": args.rounds,
        "pictures": [picture.name for picture in task.pictures],
        **(facts or {}),
        **as_tree(rows, verdicts),
    }
    written, drawn = output / f"{layout.name}.json", output / f"{layout.name}.png"
    written.write_text(json.dumps(tree, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    write_plot(rows, layout.panels, drawn)
    print(f"\nwritten: {written}, {drawn}")
