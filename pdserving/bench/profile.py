"""`python -m pdserving.bench.profile`: where a picture's time goes, stage by stage, by py-spy's samples."""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pdserving.bench.closed_loop import ContenderError
from pdserving.bench.command import command_parser, run_command
from pdserving.bench.machine import busy_share, remark
from pdserving.bench.pictures import find_pictures
from pdserving.bench.processes import running, wait_ready
from pdserving.bench.profile_target import READY
from pdserving.bench.shares import shares
from pdserving.bench.task import Task
from pdserving.engines.tuning import TUNING
from pdserving.setup_errors import SETUP_FAILED, SetupError

_PROFILES = ("ppocrv6", "ppocrv4")
_SAMPLES_PER_S = 100
_GRACE_S = 1
_FINISH_S = 60  # that py-spy may take after its sampling

Shares = Mapping[str, Mapping[str, float]]
"""Each group's share of the time, by profile and group."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Sample each profile, print and write the shares, and return the exit status."""
    args = _parser().parse_args(arguments)
    output: Path = args.output.resolve()
    output.mkdir(parents=True, exist_ok=True)
    try:
        pictures = find_pictures(args.images, args.skip)
        task = Task(tuple(pictures), (1,), args.seconds, args.config.resolve(), output / "bench", print)
        busy = busy_share()
        found = {profile: shares_of(profile, task) for profile in args.profile or _PROFILES}
    except (SetupError, ContenderError) as error:
        print(f"error: {error}", file=sys.stderr)
        return SETUP_FAILED
    print(f"shares of the time on one core, {len(pictures)} pictures of {args.images}, a picture after the other")
    print(f"{remark([busy])}\n\n{table(found)}")
    tree = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": args.seconds,
        "busy_with_other_work": busy,
        "pictures": [picture.name for picture in pictures],
        "shares": found,
    }
    (output / "profile.json").write_text(json.dumps(tree, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"\nwritten: {output / 'profile.json'}")
    return 0


def shares_of(profile: str, task: Task) -> dict[str, float]:
    """The share that each group has of the time of the pipeline in process, once it is warm.

    Raises:
        SetupError: py-spy is missing, or may not look into a process here.
        ContenderError: the pipeline does not run.
    """
    task.fetch(profile)
    log = task.log(f"{profile}-profile")
    settings = task.settings(profile).model_dump_json(by_alias=True)
    command: list[str | Path] = [sys.executable, "-m", "pdserving.bench.profile_target", settings, *task.pictures]
    with running(command, log, _GRACE_S, env=TUNING) as process:
        wait_ready(process, log, lambda: READY in log.read_text(encoding="utf-8", errors="replace").splitlines())
        try:
            return shares(record(process.pid, task.seconds))
        except ValueError as error:
            raise SetupError(f"py-spy recorded nothing of use: {error}") from None


def record(pid: int, seconds: float) -> str:
    """The stacks of a process over some seconds, as `py-spy record --format raw` writes them.

    Raises:
        SetupError: py-spy is missing, or may not look into the process.
    """
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "stacks"
        py_spy = Path(sys.executable).with_name("py-spy")
        command = [str(py_spy), "record", "--format", "raw", "--output", str(raw)]
        # Idle threads count: one of ours that waits for OpenVINO's is idle, and yet the model runs. And py-spy does not
        # stop the process for a sample: threads that hand over to one another lose much more time by a stop.
        command += ["--threads", "--idle", "--nonblocking", "--rate", str(_SAMPLES_PER_S)]
        command += ["--duration", str(max(1, round(seconds))), "--pid", str(pid)]
        try:
            done = subprocess.run(  # noqa: S603  # a command of ours
                command, capture_output=True, text=True, errors="replace", timeout=seconds + _FINISH_S, check=False
            )
        except FileNotFoundError:
            raise SetupError(f"{py_spy}: not there; requirements-dev.txt has it") from None
        except subprocess.TimeoutExpired:
            raise SetupError(f"py-spy did not end within {seconds + _FINISH_S:.0f} s") from None
        if done.returncode != 0 or not raw.is_file():
            reason = next((line for line in done.stderr.splitlines() if line.strip()), "it gave no reason")
            raise SetupError(
                f"py-spy cannot look into process {pid}: {reason[:160]}; it needs what ptrace needs, "
                "in a container the capability SYS_PTRACE"
            )
        return raw.read_text(encoding="utf-8")


def table(found: Shares) -> str:
    """A line for each group, a column for each profile, in per cent."""
    groups = list(next(iter(found.values())))
    width = max(map(len, groups))
    lines = ["  ".join([" " * width, *(f"{profile:>9}" for profile in found)])]
    for group in groups:
        lines.append("  ".join([group.ljust(width), *(f"{by_group[group]:>9.1%}" for by_group in found.values())]))
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = command_parser(
        "python -m pdserving.bench.profile",
        "Say where a picture's time goes: the pipeline in process on one core, sampled by py-spy.",
    )
    parser.add_argument("--profile", action="append", choices=_PROFILES, help="of the models (default: each)")
    parser.add_argument("--seconds", type=float, default=30, help="of sampling, several passes (default: 30)")
    return parser


if __name__ == "__main__":
    run_command(main)
