"""How many requests are in the pipeline."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self


class InFlight:
    """Counts the requests between `with` and its end.

    Args:
        on_alone: called when one is left of several.
    """

    def __init__(self, on_alone: Callable[[], None] = lambda: None) -> None:
        self._on_alone = on_alone
        self._count = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        with self._lock:
            self._count += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._count -= 1
            left = self._count
        if left == 1:
            self._on_alone()

    @property
    def count(self) -> int:
        """How many there are."""
        return self._count

    @property
    def alone(self) -> bool:
        """Whether there is no more than one request."""
        return self._count <= 1
