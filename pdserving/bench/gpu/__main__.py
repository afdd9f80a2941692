"""`python -m pdserving.bench.gpu`: measure, print a table, write `build/bench-gpu.json` and `build/bench-gpu.png`."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pdserving.bench.command import add_round_options, command_parser, report, run_command
from pdserving.bench.gpu.contenders import contenders
from pdserving.bench.gpu.texts import Answers, differences, judge
from pdserving.bench.gpu.variant import CPU, FORM, cpu_variant, default_variants, named_variants
from pdserving.bench.pictures import find_pictures
from pdserving.bench.results import Layout, publish
from pdserving.bench.rows import run_rounds
from pdserving.bench.table import IMAGES_PER_S, LINES, P50, P95, Column
from pdserving.bench.task import Task
from pdserving.hardware.gpus import NoDriverError, find_devices, version_text, visible_devices
from pdserving.setup_errors import SETUP_FAILED, SetupError

_CLIENTS = (1, 8, 32, 64)
_UTILISATION = Column("utilisation", "GPU %")
_MEMORY = Column("device_mib", "GPU MiB")
_COLUMNS = (
    IMAGES_PER_S,
    P50,
    P95,
    _UTILISATION,
    Column("peak_utilisation", "peak %", has_ratio=False),
    _MEMORY,
    LINES,
    Column("det_rows", "det rows", decimals=1, has_ratio=False),
    Column("cls_rows", "cls rows", decimals=1, has_ratio=False),
    Column("rec_rows", "rec rows", decimals=1, has_ratio=False),
)
_NOTE = """\
×: the figure divided by that of {} at as many clients. GPU %: on average and at most while clients ask. GPU MiB: at
   most, of the service's processes, or where the driver does not know these (memory_of in the JSON says so), what was
   not in use before it started. Rows: of a batch, on average."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench and return its exit status.

    It is 0 if a service on a GPU was measured, and all that were measured read the text that the CPU reads.
    """
    args = _parser().parse_args(arguments)
    try:
        pictures = find_pictures(args.images, args.skip)
        compared = named_variants(args.service) if args.service else default_variants()
        variants = [*compared, cpu_variant(args.config, compared[0].settings.profile, args.cpu_python)]
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return SETUP_FAILED
    output: Path = args.output.resolve()
    output.mkdir(parents=True, exist_ok=True)
    task = Task(tuple(pictures), args.clients, args.seconds, args.config.resolve(), output / "bench-gpu", report)
    gpus = _gpus()
    answers: dict[str, Answers] = {}
    rows, busy = run_rounds(contenders(variants, answers), args.rounds, task)
    names = [one.name for one in compared]
    verdicts = judge(names, answers)
    layout = Layout("bench-gpu", _COLUMNS, (IMAGES_PER_S, P50, _UTILISATION, _MEMORY), _NOTE.format(names[0]))
    facts = gpus | {"differences": _differences(names, answers, [picture.name for picture in pictures])}
    publish(layout, rows, verdicts, busy, task, args, facts)
    measured = any(row.median is not None for (name, _), row in rows.items() if name in names)
    return 0 if measured and all(verdict.outcome != "fail" for verdict in verdicts) else 1


def _gpus() -> dict[str, Any]:
    """The GPUs that this process sees, and the CUDA version of their driver; both are printed, too."""
    try:
        devices = find_devices()
    except NoDriverError as error:
        report(f"no GPU: {error}")
        return {"gpus": [], "cuda": None}
    cuda = None if devices.cuda is None else version_text(devices.cuda)
    seen = visible_devices(devices.all, os.environ)
    for place, device in enumerate(seen):
        report(f"GPU {place}: {device.name}, {device.total} MiB, driver {device.driver}, CUDA {cuda}")
    return {"gpus": [asdict(device) for device in seen], "cuda": cuda}


def _differences(
    names: Sequence[str], answers: Mapping[str, Answers], pictures: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """The answers of each service that differ from those of the service on the CPU."""
    if CPU not in answers:
        return {}
    return {
        name: [asdict(one) for one in differences(pictures, answers[CPU], answers[name])]
        for name in names
        if name in answers
    }


def _parser() -> argparse.ArgumentParser:
    parser = command_parser(
        "python -m pdserving.bench.gpu",
        "Measure the service on GPUs by Paddle in both precisions and with TensorRT, and compare its text with the "
        "CPU's, which --config configures.",
    )
    add_round_options(parser, _CLIENTS)
    parser.add_argument(
        "--service",
        action="append",
        nargs="+",
        metavar=("NAME", "CONFIG"),
        help=f"measure this in the place of fp32, fp16 and tensorrt: {FORM}; ratios refer to the first",
    )
    parser.add_argument("--cpu-python", type=Path, help="of an environment with OpenVINO, for the service on the CPU")
    return parser


if __name__ == "__main__":
    run_command(main)
