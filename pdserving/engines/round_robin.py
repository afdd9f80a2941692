"""Predictors that are made on each device in turn."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
Device = int | None


class RoundRobin(Generic[T]):
    """The i-th predictor is on device i mod n. The first of a device loads the weights; the others share them.

    Args:
        devices: GPU ids, or None alone for the CPU.
        load: makes the first predictor of a device.
        share: makes another over the same weights.
    """

    def __init__(self, devices: Sequence[Device], load: Callable[[Device], T], share: Callable[[T], T]) -> None:
        self._devices = tuple(devices)
        self._load = load
        self._share = share
        self._first: dict[Device, T] = {}
        self._count = 0

    def next(self) -> tuple[Device, T]:
        """The next predictor, and its device."""
        device = self._devices[self._count % len(self._devices)]
        self._count += 1
        if device in self._first:
            return device, self._share(self._first[device])
        first = self._first[device] = self._load(device)
        return device, first
