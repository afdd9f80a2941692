"""`make fuzz`: every target for a number of executions, then the sum. What fails is kept in `build/fuzz/`."""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.seeds import seeds
from tests.fuzz.targets import TARGETS
from tests.support.paths import ROOT

FOLDER = ROOT / "build" / "fuzz"
RUNS = 50_000  # of each target: 650,000 in all
LIMITS = ("-len_control=0", "-timeout=30", "-rss_limit_mb=3000", "-malloc_limit_mb=1500", "-print_final_stats=1")
EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")


def main() -> int:
    """Fuzz each target in a process of its own; 1 where one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help="executions of each target (%(default)s)")
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], help="all where none is named")
    arguments = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    total, failed = 0, []
    for name in arguments.targets or TARGETS:
        status, executed = _fuzz(name, arguments.runs)
        total += executed
        print(f"{name}: {executed:,} executions, {'no failure' if status == 0 else f'FAILED ({status})'}", flush=True)
        failed += [name] if status else []
    print(
        f"{total:,} executions in all" + (f"; failed: {', '.join(failed)}, see {FOLDER}" if failed else ", no failure")
    )
    return 1 if failed else 0


def _fuzz(name: str, runs: int) -> tuple[int, int]:
    """Exit status and executions; the output is in `build/fuzz/NAME.log`, an input that fails beside it."""
    log = FOLDER / f"{name}.log"
    with tempfile.TemporaryDirectory() as folder, log.open("wb") as output:
        for number, seed in enumerate(seeds(name)):
            (Path(folder) / str(number)).write_bytes(seed)
        flags = (f"-runs={runs}", f"-artifact_prefix={FOLDER}/{name}-", *LIMITS, folder)
        command = [sys.executable, "-m", "tests.fuzz.run_target", name, *flags]
        status = subprocess.run(command, cwd=ROOT, stdout=output, stderr=output, check=False).returncode
    found = EXECUTED.search(log.read_text(errors="replace"))
    return status, int(found[1]) if found else 0


if __name__ == "__main__":
    sys.exit(main())
