"""`make simulate`: prints what each setting of the shared batches comes to, chooses one, and draws it."""

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

from pdserving.bench.batching.devices import DEVICES
from pdserving.bench.batching.plot import write_plot
from pdserving.bench.batching.sweep import (
    LOADS,
    SIZES,
    TIMEOUTS_MS,
    Result,
    Setting,
    candidates,
    capacity,
    regrets,
    sweep,
    with_detector,
)
from pdserving.bench.command import run_command

PLOT = Path(__file__).with_name("defaults.png")
NEAR = 1.02  # regrets within this of the least are equal; of those, the one with the least memory is taken


def main() -> int:
    """Always exit status 0."""
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--plot", type=Path, default=PLOT, help=f"where the plot goes (default: {PLOT.name} beside it)")
    path: Path = parser.parse_args().plot
    full = Setting(max(SIZES), timeout_ms=max(TIMEOUTS_MS))
    capacities = {device.name: capacity(device, full) for device in DEVICES}
    first = sweep(list(candidates()), capacities)
    second = sweep(with_detector(_best(first)), capacities)
    chosen = _best(second)
    results = [*first, *(result for result in second if result.setting.detector_size > 1)]
    _print(results)
    print(f"chosen: {chosen}: its p95 is at most {regrets(results)[chosen]:.2f} × the least, at any rate on any device")
    write_plot(results, chosen, path)
    print(f"wrote {path}")
    return 0


def _best(results: Sequence[Result]) -> Setting:
    worst = regrets(results)
    limit = NEAR * min(worst.values())
    return min(setting for setting, regret in worst.items() if regret <= limit)


def _print(results: Sequence[Result]) -> None:
    """A line for each setting: its p95 in ms at each rate, and the recogniser's rows a batch at the highest."""
    worst = regrets(results)
    loads = "".join(f"{load:>8.0%}" for load in LOADS)
    for device in DEVICES:
        print(f"\n{device.name} GPU: p95 in ms of pages that come at a share of what it can do")
        print(f"{'':30}{loads}    rows   worst")
        for setting in sorted(worst):
            found = [result for result in results if result.setting == setting and result.device == device]
            times = "".join(f"{1e3 * result.p95_s:8.0f}" for result in found)
            rows = max((result.rows for result in found), default=math.nan)
            print(f"{setting!s:30}{times}{rows:8.1f}{worst[setting]:8.2f}")
    print()


if __name__ == "__main__":
    run_command(main)
