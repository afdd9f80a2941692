"""An op's predictors: the next batch goes to the device that has the least to do."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from pdserving.engines import Engine


class DeviceLoad:
    """How many batches each device computes, those of all ops together; the CPU counts as one.

    Attributes:
        lock: held by who reads or changes it.
        batches: how many each computes, by its id; that of the CPU is None.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.batches: Counter[int | None] = Counter()


class Predictors:
    """Engines, each used by one thread at a time.

    Args:
        load: what the devices compute; all ops share it.
    """

    def __init__(self, load: DeviceLoad) -> None:
        self._load = load
        self._free: list[Engine] = []

    def add(self, engine: Engine) -> None:
        """Let an engine be borrowed."""
        with self._load.lock:
            self._free.append(engine)

    @contextmanager
    def borrowed(self) -> Iterator[Engine]:
        """A free engine on the device that has the least to do. There must be one, as no more batches have slots."""
        with self._load.lock:
            engine = min(self._free, key=lambda free: self._load.batches[free.device])
            self._free.remove(engine)
            self._load.batches[engine.device] += 1
        try:
            yield engine
        finally:
            with self._load.lock:
                self._free.append(engine)
                self._load.batches[engine.device] -= 1
