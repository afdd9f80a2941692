"""Predictors take turns on the devices, and each device loads its weights once."""

from hypothesis import given
from hypothesis import strategies as st

from pdserving.engines.paddle import Device, RoundRobin


@given(
    devices=st.lists(st.integers(0, 15), min_size=1, max_size=8, unique=True),
    count=st.integers(1, 40),
)
def test_predictor_i_is_on_device_i_mod_n_and_shares_what_that_device_loaded(devices: list[int], count: int) -> None:
    loads: list[Device] = []

    def load(device: Device) -> str:
        loads.append(device)
        return "loaded"

    turns = RoundRobin(devices, load, lambda first: "shared")
    made = [turns.next() for _ in range(count)]
    assert [device for device, _ in made] == [devices[i % len(devices)] for i in range(count)]
    assert loads == devices[:count]
    assert [kind for _, kind in made].count("loaded") == min(count, len(devices))
