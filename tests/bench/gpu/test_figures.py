"""What readings of GPUs come to."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdserving.bench.gpu.figures import DEVICE_FIGURES, DeviceMeasurement, Reading, device_figures, used_mib
from pdserving.bench.gpu.watch import sampling
from pdserving.bench.measurement import median_of

WORKER, STRANGER = 41, 7
percent = st.one_of(st.none(), st.floats(0, 100))
mebibytes = st.floats(0, 100_000)
readings = st.builds(
    Reading, percent, st.one_of(st.none(), mebibytes), st.dictionaries(st.sampled_from([WORKER, STRANGER]), mebibytes)
)


def test_utilisation_is_the_mean_over_gpus_and_time_and_its_peak_is_that_of_one_gpu() -> None:
    samples = [[Reading(90, 0, {}), Reading(10, 0, {})], [Reading(50, 0, {}), Reading(None, 0, {})]]
    found = device_figures(samples, [WORKER], 0)
    assert (found.utilisation, found.peak_utilisation) == (50, 90)


def test_memory_is_that_of_the_services_processes_on_all_gpus_at_the_worst_moment() -> None:
    samples = [
        [Reading(0, 9000, {WORKER: 700, STRANGER: 5000}), Reading(0, 9000, {WORKER: 100})],
        [Reading(0, 9000, {WORKER: 500}), Reading(0, 9000, {WORKER: 600, WORKER + 1: 50})],
        [Reading(0, 9000, {STRANGER: 8000}), Reading(0, 9000, {})],
    ]
    found = device_figures(samples, [WORKER, WORKER + 1], 0)
    assert (found.device_mib, found.memory_of) == (1150, "processes")


def test_where_the_driver_does_not_know_the_processes_memory_is_what_was_not_in_use_before() -> None:
    samples = [[Reading(0, 1000, {STRANGER: 300}), Reading(0, 400, {})], [Reading(0, 900, {}), Reading(0, 700, {})]]
    found = device_figures(samples, [WORKER], before_mib=600)
    assert (found.device_mib, found.memory_of) == (1000, "device")


@pytest.mark.parametrize("samples", [[], [[]], [[], []], [[Reading(None, None, {})]]])
def test_what_no_gpu_tells_is_no_figure(samples: list[list[Reading]]) -> None:
    found = device_figures(samples, [WORKER], 0)
    assert (found.utilisation, found.peak_utilisation, found.device_mib, found.memory_of) == (None, None, None, "")


@given(st.lists(st.lists(readings, max_size=3), max_size=6), mebibytes)
def test_figures_of_any_readings_lie_within_them(samples: list[list[Reading]], before: float) -> None:
    found = device_figures(samples, [WORKER], before)
    told = [one.utilisation for sample in samples for one in sample if one.utilisation is not None]
    assert (found.utilisation is None) == (not told)
    if found.utilisation is not None and found.peak_utilisation is not None:
        assert min(told) - 1e-6 <= found.utilisation <= found.peak_utilisation + 1e-6
    if found.memory_of == "device":
        assert found.device_mib is not None
        assert 0 <= found.device_mib <= max(map(used_mib, samples))


def test_samples_are_taken_until_the_end() -> None:
    moments = itertools.count()

    def read() -> list[Reading]:
        return [Reading(next(moments), None, {})]

    with sampling(read, 0.001) as samples:
        while len(samples) < 3:
            time.sleep(0.001)
    taken = len(samples)
    assert [one.utilisation for (one,) in samples] == list(range(taken))
    assert next(moments) == taken


def test_medians_over_rounds_include_the_gpus_figures() -> None:
    rounds = [
        DeviceMeasurement(1, 1, 1, None, 4, utilisation=share, device_mib=800, memory_of="device")
        for share in (20, 90, 60)
    ]
    median = median_of(rounds, DEVICE_FIGURES)
    assert median == DeviceMeasurement(1, 1, 1, None, 4, utilisation=60, device_mib=800, memory_of="device")
