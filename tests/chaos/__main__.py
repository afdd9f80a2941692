"""`make chaos`, `python -m tests.chaos`: all faults, one after the other, and overload."""

import argparse
import asyncio
import sys

from tests.chaos import faults, overload


def main() -> int:
    """Do all of it, print what clients saw, and return 0 if no request failed and overload is as it must be, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="of the load under which workers are killed")
    seconds = parser.parse_args().seconds
    print(f"{'fault':48} {'sent':>6} {'failed':>7} {'restarts':>9} {'longest gap':>12}", flush=True)
    failed = False
    for run in faults.FAULTS:
        outcome = run(seconds)
        tally = outcome.tally
        counts = f"{tally.sent:6} {len(tally.failures):7} {outcome.restarts:9} {tally.longest_gap_s:10.2f} s"
        print(f"{outcome.fault:48} {counts}", flush=True)
        for failure in tally.failures[:5]:
            print(f"  {failure}")
        failed = failed or bool(tally.failures)
    within = asyncio.run(overload.run("ppocrv6", 20, seconds))
    return 0 if within and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
