"""The simulation that the defaults of shared batches come from: its times add up, the service's rules hold in it."""

from itertools import pairwise

import pytest

from pdserving.bench.batching.devices import DEVICES, Device, Stage
from pdserving.bench.batching.simulation import HEIGHT, STAGES, simulate
from pdserving.bench.batching.sweep import Result, Setting, regrets
from pdserving.bench.batching.traffic import Page, pages

# A second for each part, in units that tell them apart.
STAGE = Stage(launch=1000, megapixel=0, page=100, row=10)
SLOW = Device("slow", dict.fromkeys(STAGES, STAGE))
APART, SHARED = Setting(1), Setting(4, detector_size=2)


def test_a_page_alone_takes_what_its_batches_take() -> None:
    outcome = simulate([Page(5.0, (32, 32), (64, 64, 96))], SLOW, APART.batching)
    # Three stages begin; det, cls and the two buckets of rec are a batch each, of which the last two overlap but on the
    # device: the second's rows are made while the first is computed.
    assert outcome.busy == pytest.approx(4)
    assert outcome.batches == {"det": 1, "cls": 1, "rec": 2}
    assert outcome.rows == {"det": 1, "cls": 3, "rec": 3}
    (latency,) = outcome.latencies.values()
    assert 4.3 < latency < 4.4
    assert outcome.seconds == pytest.approx(5 + latency)


def test_pages_that_come_together_share_batches_where_they_may() -> None:
    together = [Page(0.001 * index, (32, 32), (64,)) for index in range(4)]
    apart, shared = (simulate(together, SLOW, setting.batching) for setting in (APART, SHARED))
    assert apart.batches == dict.fromkeys(STAGES, 4)
    assert shared.rows == apart.rows == dict.fromkeys(STAGES, 4)
    assert sum(shared.batches.values()) < sum(apart.batches.values())
    assert max(shared.latencies.values()) < max(apart.latencies.values())


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_all_pages_are_read_and_the_device_does_one_batch_at_a_time(device: Device) -> None:
    arrivals = [*pages(rate=20, seconds=5, seed=1)]
    outcome = simulate(arrivals, device, SHARED.batching)
    assert len(outcome.latencies) == len(arrivals)
    assert outcome.rows["cls"] == outcome.rows["rec"] == sum(len(page.lines) for page in arrivals)
    assert outcome.busy <= outcome.seconds
    least = min(stage.launch for stage in device.stages.values()) / 1e3
    assert outcome.busy >= least * outcome.batches.total()


def test_pages_come_at_their_rate_and_fit_the_models() -> None:
    arrivals = [*pages(rate=50, seconds=40, seed=3)]
    assert 0.9 * 2000 < len(arrivals) < 1.1 * 2000
    assert all(one.at <= other.at for one, other in pairwise(arrivals))
    for page in arrivals:
        assert all(side % 32 == 0 and 320 <= side <= 960 for side in page.detector)
        assert page.lines
        assert all(width % 32 == 0 and 64 <= width <= 2560 for width in page.lines)
    assert [*pages(rate=50, seconds=40, seed=3)] == arrivals


def test_the_pixels_of_a_row_are_those_of_the_recognisers_input() -> None:
    per_pixel = Device("per pixel", dict.fromkeys(STAGES, Stage(launch=0, megapixel=1e3, page=0, row=0)))
    narrow, wide = (simulate([Page(0, (32, 32), (width,))], per_pixel, APART.batching) for width in (64, 128))
    assert wide.busy - narrow.busy == pytest.approx(HEIGHT * 64 / 1e6)


def test_a_settings_regret_is_the_worst_ratio_of_its_times_to_the_best() -> None:
    def result(setting: Setting, load: float, p50: float, p95: float) -> Result:
        return Result(SLOW, setting, load, 10 * load, p50, p95, 1.0)

    found = regrets(
        [result(APART, 0.1, 1, 2), result(APART, 0.9, 9, 9), result(SHARED, 0.1, 1.5, 2), result(SHARED, 0.9, 3, 6)]
    )
    assert found == {APART: 3.0, SHARED: 1.5}
