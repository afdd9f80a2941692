"""A batch goes to the device that has the least to do, whichever ops keep it busy."""

from collections.abc import Sequence
from contextlib import ExitStack

import numpy as np
import pytest
from numpy.typing import NDArray

from pdserving.pipeline.predictors import DeviceLoad, Predictors


class OnDevice:
    """An engine that does nothing, on a device."""

    devices = 2
    logits = False

    def __init__(self, device: int | None) -> None:
        self.device = device

    def run(self, tensor: NDArray[np.float32], *, alone: bool) -> NDArray[np.float32]:
        return tensor

    def warm_up(self, shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
        return shapes[-1]

    def clone(self) -> "OnDevice":
        return OnDevice(self.device)


def predictors(load: DeviceLoad, *devices: int | None) -> Predictors:
    made = Predictors(load)
    for device in devices:
        made.add(OnDevice(device))
    return made


def test_two_batches_are_not_on_one_device_while_another_has_none() -> None:
    op = predictors(DeviceLoad(), 0, 1, 0, 1)
    with op.borrowed() as first, op.borrowed() as second:
        assert {first.device, second.device} == {0, 1}
        with op.borrowed() as third, op.borrowed() as fourth:
            assert {third.device, fourth.device} == {0, 1}


def test_what_other_ops_compute_counts() -> None:
    load = DeviceLoad()
    det, rec = predictors(load, 0), predictors(load, 0, 1)
    with det.borrowed(), rec.borrowed() as engine:
        assert engine.device == 1
    assert not any(load.batches.values())


def test_an_engine_is_borrowed_once_at_a_time_and_comes_back_after_an_error() -> None:
    op = predictors(DeviceLoad(), None, None)
    with ExitStack() as stack:
        engines = [stack.enter_context(op.borrowed()) for _ in range(2)]
    assert engines[0] is not engines[1]
    with pytest.raises(ArithmeticError), op.borrowed():
        raise ArithmeticError
    with op.borrowed(), op.borrowed():
        pass
