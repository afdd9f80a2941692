"""`python -m pdserving.bench`: measure, print a table, write `build/bench.json` and `build/bench.png`."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pdserving.bench.command import add_round_options, command_parser, report, run_command
from pdserving.bench.contender import Contender
from pdserving.bench.contenders import CONTENDERS
from pdserving.bench.goals import judge
from pdserving.bench.pictures import find_pictures
from pdserving.bench.results import Layout, publish
from pdserving.bench.rows import run_rounds
from pdserving.bench.table import COLUMNS, IMAGES_PER_S, P50, PEAK_RSS
from pdserving.bench.task import Task
from pdserving.setup_errors import SETUP_FAILED, SetupError

LAYOUT = Layout(
    name="bench",
    columns=COLUMNS,
    panels=(IMAGES_PER_S, P50, replace(PEAK_RSS, heading="peak RSS, MB")),
    note="""\
×: the figure divided by that of ppocrv6-http at as many clients; for stock and all of ppocrv4
   by that of ppocrv4-http. What has no clients is compared with the service at the most clients in images/s,
   at the fewest in the rest.""",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench and return its exit status: 0 if at least one contender was measured."""
    args = _parser().parse_args(arguments)
    try:
        pictures = find_pictures(args.images, args.skip)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return SETUP_FAILED
    output: Path = args.output.resolve()
    config: Path = args.config.resolve()
    output.mkdir(parents=True, exist_ok=True)
    task = Task(tuple(pictures), args.clients, args.seconds, config, output / "bench", report)
    rows, busy = run_rounds(args.only, args.rounds, task)
    publish(LAYOUT, rows, judge(rows), busy, task, args)
    return 0 if any(row.median is not None for row in rows.values()) else 1


def _parser() -> argparse.ArgumentParser:
    names = ", ".join(contender.name for contender in CONTENDERS)
    parser = command_parser(
        "python -m pdserving.bench", "Measure the service against what else one could pick, and against its own models."
    )
    add_round_options(parser, clients=(1, 4, 8))
    parser.add_argument("--only", type=_contenders, default=CONTENDERS, metavar="NAME,...", help=f"of {names}")
    return parser


def _contenders(text: str) -> tuple[Contender, ...]:
    known = {contender.name: contender for contender in CONTENDERS}
    unknown = [name for name in text.split(",") if name not in known]
    if unknown:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}; accepted: {', '.join(known)}")
    return tuple(contender for name, contender in known.items() if name in text.split(","))


if __name__ == "__main__":
    run_command(main)
