"""`make simulate`: print what each setting of the shared batches comes to, choose one, and draw it."""

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

from pdserving.bench.batching.devices import DEVICES
from pdserving.bench.batching.plot import write_plot
from pdserving.bench.batching.sweep import (
    LOADS,
    Result,
    Setting,
    candidates,
    capacity,
    regrets,
    sweep,
)
from pdserving.bench.command import run_command

_PLOT = Path(__file__).with_name("defaults.png")
_NEAR = 1.2
"""How many times the least ratio is good enough. Of the settings that are, the one with the fewest rows is chosen: half
the memory is worth a fifth more time in the worst situation, a GPU at nine tenths of what it can do."""


def main() -> int:
    """Simulate all settings, print, draw, and return 0."""
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--plot", type=Path, default=_PLOT, help=f"file of the plot (default: {_PLOT.name} beside it)")
    path: Path = parser.parse_args().plot
    results = sweep(list(candidates()), {device.name: capacity(device) for device in DEVICES})
    chosen = _best(results)
    _print(results)
    ratio = regrets(results)[chosen]
    print(f"chosen: {chosen}; its p50 and p95 are at most {ratio:.2f} × the least, at any rate on any device")
    write_plot(results, chosen, path)
    print(f"wrote {path}")
    return 0


def _best(results: Sequence[Result]) -> Setting:
    worst = regrets(results)
    limit = _NEAR * min(worst.values())
    return min(setting for setting, regret in worst.items() if regret <= limit)


def _print(results: Sequence[Result]) -> None:
    """Print a line for each setting: its times at each rate, the recogniser's most rows a batch, the worst ratio."""
    worst = regrets(results)
    loads = "".join(f"{load:>14.0%}" for load in LOADS)
    for device in DEVICES:
        print(f"\n{device.name} GPU: times as long as a page takes alone, p50 and p95, by the share of what it can do")
        print(f"{'':30}{loads}    rows   worst")
        for setting in sorted(worst):
            found = [result for result in results if result.setting == setting and result.device == device]
            times = "".join(f"{result.p50:7.1f}{result.p95:7.1f}" for result in found)
            rows = max((result.rows for result in found), default=math.nan)
            print(f"{setting!s:30}{times}{rows:8.1f}{worst[setting]:8.2f}")
    print()


if __name__ == "__main__":
    run_command(main)
