"""`python -m pdserving.bench`: measure, print a table, write `build/bench.json` and `build/bench.png`."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pdserving.bench.command import command_parser, run_command
from pdserving.bench.contenders import CONTENDERS, Contender
from pdserving.bench.goals import judge
from pdserving.bench.job import Job
from pdserving.bench.machine import remark
from pdserving.bench.pictures import find_pictures
from pdserving.bench.plot import write_plot
from pdserving.bench.rows import run_rounds
from pdserving.bench.table import as_tree, table, verdict_table
from pdserving.cores import usable_cores
from pdserving.setup_errors import SETUP_FAILED, SetupError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench and return its exit status: 0 when at least one contender was measured."""
    args = _parser().parse_args(arguments)
    try:
        pictures = find_pictures(args.images, args.skip)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return SETUP_FAILED
    output: Path = args.output.resolve()
    config: Path = args.config.resolve()
    output.mkdir(parents=True, exist_ok=True)
    job = Job(tuple(pictures), args.clients, args.seconds, config, output / "bench", _report)
    rows, busy = run_rounds(args.only, args.rounds, job)
    verdicts = judge(rows)
    print(f"\n{len(pictures)} pictures of {args.images}, {usable_cores()} cores, medians of {args.rounds} rounds")
    print(f"{remark(busy)}\n")
    print(f"{table(rows)}\n\n{verdict_table(verdicts)}")
    run = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": usable_cores(),
        "busy_with_other_work": busy,
        "rounds": args.rounds,
        "pictures": [picture.name for picture in pictures],
    }
    tree = run | as_tree(rows, verdicts)
    (output / "bench.json").write_text(json.dumps(tree, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    write_plot(rows, output / "bench.png")
    print(f"\nwritten: {output / 'bench.json'}, {output / 'bench.png'}")
    return 0 if any(row.median is not None for row in rows.values()) else 1


def _parser() -> argparse.ArgumentParser:
    names = ", ".join(contender.name for contender in CONTENDERS)
    parser = command_parser(
        "python -m pdserving.bench", "Measure the service against what else one could pick, and against its own models."
    )
    parser.add_argument("--rounds", type=_positive, default=3, help="how often each contender runs (default: 3)")
    parser.add_argument("--clients", type=_counts, default=(1, 4, 8), help="for services (default: 1,4,8)")
    parser.add_argument("--only", type=_contenders, default=CONTENDERS, metavar="NAME,...", help=f"of {names}")
    parser.add_argument("--seconds", type=float, default=8, help="of one measurement, at least a pass (default: 8)")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text}; accepted: 1 or more")
    return number


def _counts(text: str) -> tuple[int, ...]:
    return tuple(sorted({_positive(part) for part in text.split(",")}))


def _contenders(text: str) -> tuple[Contender, ...]:
    known = {contender.name: contender for contender in CONTENDERS}
    unknown = [name for name in text.split(",") if name not in known]
    if unknown:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}; accepted: {', '.join(known)}")
    return tuple(contender for name, contender in known.items() if name in text.split(","))


def _report(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    run_command(main)
