"""The simulation of every setting at every rate of arrivals, and how far each is from the best."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from statistics import quantiles

from pdserving.bench.batching.devices import DEVICES, Device
from pdserving.bench.batching.simulation import CLASSIFIER, HEIGHT, STAGES, simulate
from pdserving.bench.batching.traffic import Page, pages
from pdserving.config.ops import RecognitionSection
from pdserving.hardware.processor import usable_cores
from pdserving.pipeline.stage_engines import USUAL_WIDTH
from pdserving.scheduling import Batching

_SIZES = (4, 8, 16, 32, 64)
_DETECTOR_SIZES = (1, 2, 4)
_TIMEOUTS_MS = (0, 2, 5, 10)
LOADS = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9)
"""The rates of arrivals, as shares of what the device can do at most."""

_LINE = HEIGHT * USUAL_WIDTH  # pixels
_WIDEST_LINE = HEIGHT * RecognitionSection().max_width
_LARGEST_PAGE = 1280 * 1280
_CLASSIFIED = math.prod(CLASSIFIER[1:])
_PAGES = 600  # of a simulation, on average
_OVERLOAD = 1000.0  # pages a second, more than any device reads
_SEED = 7


@dataclass(frozen=True, order=True)
class Setting:
    """The values of the keys that are chosen.

    Attributes:
        size: `batch_size` of cls and rec. 1: pages share no batch, and a batch has the pixels of 32 lines.
        detector_size: `batch_size` of det.
        timeout_ms: `auto_batching_timeout` of all three.
    """

    size: int
    detector_size: int = 1
    timeout_ms: float = 0

    @property
    def keys(self) -> tuple[float, float, float]:
        """The values of the keys."""
        return self.size, self.detector_size, self.timeout_ms

    @property
    def batching(self) -> Mapping[str, Batching]:
        """The rule of each stage."""
        rows = self.size if self.size > 1 else 32
        pixels = (self.detector_size * _LARGEST_PAGE, rows * _CLASSIFIED, max(rows * _LINE, _WIDEST_LINE))
        sizes = (self.detector_size, self.size, self.size)
        return {
            stage: Batching(budget, size, self.timeout_ms / 1e3)
            for stage, budget, size in zip(STAGES, pixels, sizes, strict=True)
        }

    def __str__(self) -> str:
        shared = f"{self.size} rows" if self.size > 1 else "not shared"
        return f"{shared}, {self.timeout_ms:g} ms, det {self.detector_size}"


_FULLEST = Setting(max(_SIZES), max(_DETECTOR_SIZES), max(_TIMEOUTS_MS))


@dataclass(frozen=True)
class Result:
    """What a setting comes to on a device at a rate.

    Attributes:
        device: the device.
        setting: the setting.
        load: the rate, as a share of what the device can do at most.
        rate: pages that come in a second, on average.
        p50, p95: percentiles of a page's slowdown: how many times as long it takes as it would alone.
        rows: the rows of a recogniser's batch, on average.
    """

    device: Device
    setting: Setting
    load: float
    rate: float
    p50: float
    p95: float
    rows: float

    @property
    def situation(self) -> tuple[str, float]:
        """What it was simulated in: the device's name, and the load."""
        return self.device.name, self.load


def sweep(settings: Sequence[Setting], capacities: Mapping[str, float]) -> list[Result]:
    """The results of all settings on all devices at all rates."""
    runs = [
        (device, setting, load, load * capacities[device.name])
        for device, setting, load in itertools.product(DEVICES, settings, LOADS)
    ]
    with ProcessPoolExecutor(usable_cores()) as processes:
        return list(processes.map(_result, *zip(*runs, strict=True), chunksize=4))


def capacity(device: Device) -> float:
    """The pages a second that a device does at most: in the fullest batches, when more come than it can do."""
    outcome = simulate(pages(_OVERLOAD, _PAGES / _OVERLOAD, _SEED), device, _FULLEST.batching)
    return len(outcome.latencies) / outcome.seconds


def regrets(results: Sequence[Result]) -> dict[Setting, float]:
    """The regret of each setting: the worst ratio of its p50 or p95 to the best setting's, over all situations."""
    best: dict[tuple[str, float], tuple[float, float]] = {}
    for result in results:
        p50, p95 = best.get(result.situation, (math.inf, math.inf))
        best[result.situation] = min(p50, result.p50), min(p95, result.p95)
    worst: dict[Setting, float] = {}
    for result in results:
        p50, p95 = best[result.situation]
        worst[result.setting] = max(result.p50 / p50, result.p95 / p95, worst.get(result.setting, 1.0))
    return worst


def candidates() -> Iterator[Setting]:
    """The settings that there are to choose from."""
    yield Setting(1)
    for size, detector_size, timeout_ms in itertools.product(_SIZES, _DETECTOR_SIZES, _TIMEOUTS_MS):
        yield Setting(size, detector_size, timeout_ms)


def _result(device: Device, setting: Setting, load: float, rate: float) -> Result:
    outcome = simulate(pages(rate, _PAGES / rate, _SEED), device, setting.batching)
    slowdowns = [
        latency / _alone_s(DEVICES.index(device), page.detector, page.lines)
        for page, latency in outcome.latencies.items()
    ]
    cuts = quantiles(slowdowns, n=20)
    rows = outcome.rows["rec"] / max(1, outcome.batches["rec"])
    return Result(device, setting, load, rate, cuts[9], cuts[18], rows)


@cache
def _alone_s(device: int, detector: tuple[int, int], lines: tuple[int, ...]) -> float:
    """The seconds that a page takes if it has a device, named by its index, for itself."""
    page = Page(0.0, detector, lines)
    return simulate([page], DEVICES[device], _FULLEST.batching).latencies[page]
