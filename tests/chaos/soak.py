"""`make soak`, `python -m tests.chaos.soak`: half an hour of mixed pictures at four fifths of the capacity."""

import argparse
import asyncio
import itertools
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np
import psutil

from tests.chaos.load import OK, Load, percentile, watched
from tests.support.image_files import encode
from tests.support.paths import SAMPLES
from tests.support.running import running_service

SHARE = 0.8  # of the capacity
CLIENTS = 8  # at which the service is at its capacity
CAPACITY_S = 30
LOOK_S = 5.0
MOST_GROWTH = {"MiB": 1.05, "threads": 1.0, "descriptors": 1.1}
"""The median of the last third, at most, as a share of that of the second third; the first third is for warming up."""

BROKEN_STATUS, FORMAT_STATUS = 422, 415


@dataclass(frozen=True)
class Item:
    """A picture, and the HTTP status that it must get."""

    picture: bytes
    status: int


def items() -> list[Item]:
    """The mix: of 12 pictures one is a dense page, one is broken and one is no picture."""
    samples = ("invoice.png", "notice.jpg", "poster.jpg", "mixed.jpg", "grey.png", "sideways_exif.jpg", "blank.png")
    pictures = [(SAMPLES / name).read_bytes() for name in samples]
    invoice = pictures[0]
    return [
        *(Item(picture, OK) for picture in (*pictures, *pictures[:2])),
        Item(dense_page(), OK),
        Item(invoice[: len(invoice) // 2], BROKEN_STATUS),
        Item(b"%no picture at all%" * 50, FORMAT_STATUS),
    ]


def dense_page() -> bytes:
    """A page of 60 short lines in two columns."""
    page = np.full((1280, 960, 3), 255, np.uint8)
    for row, column in itertools.product(range(30), range(2)):
        text = f"Item {30 * column + row:02d} 1{row} x 4"
        cv2.putText(page, text, (40 + 460 * column, 60 + 41 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (0, 0, 0), 2)
    return encode(".png", page)


class Watch:
    """Looks at processes while it runs: at their memory in MiB, their threads and descriptors."""

    def __init__(self, processes: Mapping[str, psutil.Process]) -> None:
        self._processes = processes
        self.looks: list[dict[str, dict[str, float]]] = []

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self.looks.append({name: _look(process) for name, process in self._processes.items()})
            await asyncio.sleep(LOOK_S)

    def growth(self) -> tuple[list[str], bool]:
        """A line for each figure, and whether all are within their bounds."""
        third = len(self.looks) // 3
        lines, within = [], True
        for name in self._processes:
            for figure, most in MOST_GROWTH.items():
                values = [look[name][figure] for look in self.looks]
                before, after = median(values[third : 2 * third]), median(values[2 * third :])
                lines.append(
                    f"{name}, {figure}: {before:.0f}, then {after:.0f} ({after / before:.3f} ×), most {max(values):.0f}"
                )
                within = within and after <= most * before
        return lines, within


async def soak(load: Load, expected: list[Item], watch: Watch, seconds: float) -> bool:
    """Print what became of the requests and of the processes; True if all is as it must be."""
    await load.closed(CLIENTS, CAPACITY_S / 3)
    rate = SHARE * len(await load.closed(CLIENTS, CAPACITY_S)) / CAPACITY_S
    print(f"{rate:.1f} requests/s, {SHARE:.0%} of the capacity, for {seconds:g} s", flush=True)
    watching = asyncio.create_task(watch.run())
    wrong: Counter[tuple[int, int]] = Counter()
    times: list[float] = []
    started = time.perf_counter()
    running: set[asyncio.Task[None]] = set()

    async def ask(number: int) -> None:
        reply = await load.ask(number)
        right = expected[number % len(expected)].status
        times.append(reply.seconds)
        if reply.status != right:
            wrong[right, reply.status] += 1

    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
        task = asyncio.create_task(ask(number))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    lines, within = watch.growth()
    print(f"{len(times)} sent, {wrong.total()} answered otherwise than they must be {dict(wrong) or ''}")
    print(f"p50 {1e3 * median(times):.0f} ms, p95 {1e3 * percentile(times, 0.95):.0f} ms")
    print("\n".join(lines))
    return within and not wrong


async def run(profile: str, seconds: float) -> bool:
    """Measure a service of its own."""
    with running_service(f"profile={profile}", "log_level=error") as service:
        expected = items()
        load = Load.of(service, [item.picture for item in expected])
        return await soak(load, expected, Watch(watched(service)), seconds)


def main() -> int:
    """Return 0 if all is as it must be, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", default="ppocrv6")
    parser.add_argument("--seconds", type=float, default=1800)
    arguments = parser.parse_args()
    return 0 if asyncio.run(run(arguments.profile, arguments.seconds)) else 1


def _look(process: psutil.Process) -> dict[str, float]:
    with process.oneshot():
        return {
            "MiB": process.memory_info().rss / 2**20,
            "threads": process.num_threads(),
            "descriptors": process.num_fds(),
        }


if __name__ == "__main__":
    sys.exit(main())
