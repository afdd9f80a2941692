"""`python -m tests.chaos.overload`: ten times the load that the service can answer."""

import argparse
import asyncio
import sys
import time
from collections.abc import Mapping
from contextlib import suppress

import psutil

from tests.chaos.load import OK, PICTURES, REFUSED, Load, percentile, statuses, watched
from tests.support.running import running_service

CLIENTS = 8  # at which the service is at its capacity
TIMES = 10
MOST_P95 = 2.0  # times that at capacity
MOST_RECOVERY_S = 2.0
WATCH_S = 0.2
ASK_AGAIN_S = 0.05


class MemoryWatch:
    """The largest resident memory of processes while it runs, in MiB by name."""

    def __init__(self, processes: Mapping[str, psutil.Process]) -> None:
        self._processes = processes
        self.peaks = dict.fromkeys(processes, 0.0)

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            for name, process in self._processes.items():
                self.peaks[name] = max(self.peaks[name], process.memory_info().rss / 2**20)
            await asyncio.sleep(WATCH_S)


async def measure(load: Load, memory: MemoryWatch, capacity_s: float, overload_s: float) -> bool:
    """Print what the service does at its capacity, beyond it and afterwards; True if all is as it must be."""
    await load.closed(CLIENTS, 2)  # warm
    at_capacity = await load.closed(CLIENTS, capacity_s)
    rate = len(at_capacity) / capacity_s
    usual_s = percentile((reply.seconds for reply in at_capacity), 0.95)
    print(f"capacity: {rate:.1f} requests/s with {CLIENTS} clients, p95 {usual_s * 1e3:.0f} ms", flush=True)

    before = dict(memory.peaks)
    sent = await load.open(TIMES * rate, overload_s)
    ended = time.perf_counter()
    while (first := await load.ask()).status != OK or first.seconds > usual_s:
        await asyncio.sleep(ASK_AGAIN_S)
    recovery_s = time.perf_counter() - ended
    replies = await asyncio.gather(*sent)

    counts = statuses(replies)
    accepted = [reply.seconds for reply in replies if reply.status == OK]
    refused = [reply.seconds for reply in replies if reply.status == REFUSED]
    failed = len(replies) - len(accepted) - len(refused)
    p95_s = percentile(accepted, 0.95)
    print(f"overload: {TIMES} × that for {overload_s:g} s: {len(replies)} sent, {len(accepted)} accepted")
    print(f"  refused {len(refused)}, p95 {percentile(refused, 0.95) * 1e3:.0f} ms; failed otherwise {failed}")
    print(f"  p95 of the accepted {p95_s * 1e3:.0f} ms, {p95_s / usual_s:.2f} × that at capacity")
    for name, peak in memory.peaks.items():
        print(f"  {name}: peak {peak:.0f} MiB, {before[name]:.0f} MiB before")
    print(f"recovery: an answer in the usual time {recovery_s:.2f} s after the last request")
    if failed:
        print(f"  by status: {dict(counts)}")
    return not failed and p95_s < MOST_P95 * usual_s and recovery_s < MOST_RECOVERY_S


async def run(profile: str, capacity_s: float, overload_s: float) -> bool:
    """Measure a service of its own."""
    with running_service(f"profile={profile}", "log_level=error") as service:
        memory = MemoryWatch(watched(service))
        watching = asyncio.create_task(memory.run())
        try:
            return await measure(Load.of(service, PICTURES), memory, capacity_s, overload_s)
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching


def main() -> int:
    """Return 0 if all is as it must be, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", default="ppocrv6")
    parser.add_argument("--capacity-s", type=float, default=20)
    parser.add_argument("--overload-s", type=float, default=60)
    arguments = parser.parse_args()
    return 0 if asyncio.run(run(arguments.profile, arguments.capacity_s, arguments.overload_s)) else 1


if __name__ == "__main__":
    sys.exit(main())
