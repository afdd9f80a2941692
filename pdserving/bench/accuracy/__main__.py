"""`python -m pdserving.bench.accuracy`: read pages whose truth is known, and say how much of it was read."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from pdserving.bench.accuracy.drawing.categories import CATEGORIES, draw_pages
from pdserving.bench.accuracy.drawing.fonts import check_fonts
from pdserving.bench.accuracy.judging import Judgement, judge
from pdserving.bench.accuracy.measures import EXACT, ORDER, RECALL
from pdserving.bench.accuracy.readers import PEERS, PRECISIONS, Reader, our_reader, our_readers, peer_readers
from pdserving.bench.accuracy.report import comparison_table, reader_table, write_json, write_recall_and_order
from pdserving.bench.accuracy.truth import TruePage, TruthError, read_truth
from pdserving.bench.accuracy.worst import write_worst_lines
from pdserving.bench.closed_loop import ContenderError
from pdserving.bench.command import report, run_command
from pdserving.bench.processes import ROOT
from pdserving.bench.task import Task
from pdserving.setup_errors import SETUP_FAILED, SetupError


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the readers and return the exit status: 0 if each of them read the pages."""
    args = _parser().parse_args(arguments)
    folder = args.output.resolve() / "accuracy"
    try:
        chosen = _readers(args)
        pages = _pages(args, folder)
    except (SetupError, TruthError) as error:
        print(f"error: {error}", file=sys.stderr)
        return SETUP_FAILED
    pictures = tuple(page.picture for page in pages)
    task = Task(pictures, (1,), 0, args.config.resolve(), folder, report)
    judgements, failed = _judge_all(chosen, pages, task)
    if judgements:
        _publish(judgements, failed, pages, args, folder)
    for name, reason in failed.items():
        print(f"{name}: {reason}", file=sys.stderr)
    return 1 if failed else 0


def _pages(args: argparse.Namespace, folder: Path) -> list[TruePage]:
    if args.data is not None:
        pages = read_truth(args.data.resolve())
        if args.categories:
            pages = [page for page in pages if page.category in args.categories]
        if not pages:
            raise TruthError(f"{args.data}: no pages")
        return pages
    check_fonts()
    chosen = [category for category in CATEGORIES if not args.categories or category.name in args.categories]
    if len(chosen) < len(args.categories or ()):
        known = "; ".join(category.name for category in CATEGORIES)
        raise SetupError(f"--category {'; '.join(args.categories)}; accepted: {known}")
    report(f"drawing the pages of {len(chosen)} categories, seed {args.seed} ...")
    return draw_pages(args.seed, folder / "pages", chosen)


def _readers(args: argparse.Namespace) -> list[Reader]:
    profiles = args.profiles.split(",")
    known = our_readers(profiles, args.precisions.split(","))
    known += [our_reader(name, profiles[0], overrides) for name, *overrides in args.variant]
    known += peer_readers()
    names = [reader.name for reader in known]
    chosen = args.only.split(",") if args.only else names
    unknown = [name for name in chosen if name not in names]
    if unknown:
        raise SetupError(f"--only {','.join(unknown)}; accepted: {', '.join(names)}")
    return [reader for reader in known if reader.name in chosen]


def _judge_all(
    chosen: Sequence[Reader], pages: Sequence[TruePage], task: Task
) -> tuple[dict[str, Judgement], dict[str, str]]:
    judgements, failed = {}, {}
    for reader in chosen:
        started = time.monotonic()
        try:
            judgements[reader.name] = judge(pages, reader.read(task))
        except (ContenderError, SetupError) as error:
            failed[reader.name] = str(error)
            continue
        report(f"{reader.name}: read {len(pages)} pages in {time.monotonic() - started:.0f} s")
    return judgements, failed


def _publish(
    judgements: dict[str, Judgement],
    failed: dict[str, str],
    pages: Sequence[TruePage],
    args: argparse.Namespace,
    folder: Path,
) -> None:
    for name, judgement in judgements.items():
        print(f"\n{name}\n{reader_table(judgement, pages)}")
        write_worst_lines(f"{name}: the worst lines of each category", judgement, folder / f"worst-{name}.html")
    if len(judgements) > 1:
        for figure in (RECALL, EXACT, ORDER):
            print(f"\n{comparison_table(judgements, figure)}")
    facts = {"seed": None if args.data else args.seed, "data": args.data and str(args.data), "pages": len(pages)}
    write_json(judgements, failed, facts, folder.parent / "accuracy.json")
    write_recall_and_order(judgements, PEERS, folder.parent / "accuracy.png")
    print(f"\nwritten: {folder.parent / 'accuracy.json'}, {folder.parent / 'accuracy.png'}, {folder}/worst-*.html")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pdserving.bench.accuracy",
        description="Read pages whose truth is known, and say how much of it was read.",
    )
    parser.add_argument("--seed", default="1", help="of the pages that are drawn (default: 1)")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="labelled pictures with a truth.json instead")
    parser.add_argument("--category", action="append", dest="categories", metavar="NAME", help="only these pages")
    parser.add_argument("--profiles", default="ppocrv6", metavar="NAME,...", help="of this service (default: ppocrv6)")
    parser.add_argument(
        "--precisions",
        default=PRECISIONS[0],
        metavar="NAME,...",
        help=f"of detector and recogniser, of {', '.join(PRECISIONS)} (default: auto, as configured)",
    )
    parser.add_argument(
        "--variant",
        action="append",
        nargs="+",
        default=[],
        metavar=("NAME", "KEY=VALUE"),
        help="the first profile with other settings, under this name",
    )
    parser.add_argument("--only", metavar="NAME,...", help=f"of the profiles, variants and {', '.join(PEERS)}")
    parser.add_argument("--config", type=Path, default=ROOT / "configs" / "cpu.yml", help="the service's configuration")
    parser.add_argument("--output", type=Path, default=ROOT / "build", help="folder for the results (default: build)")
    return parser


if __name__ == "__main__":
    run_command(main)
