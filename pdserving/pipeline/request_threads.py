"""The threads that bring requests into the pipeline, and how many requests wait for one."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


class RequestThreads(ThreadPoolExecutor):
    """A request has one for as long as it is in the pipeline.

    Args:
        count: requests in the pipeline at a time.
    """

    def __init__(self, count: int) -> None:
        super().__init__(count, "pipeline")
        self._waiting = 0
        self._waiting_lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many requests no thread has taken yet."""
        return self._waiting

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Queue a request."""
        self._count(1)
        try:
            return super().submit(self._begin, fn, args, kwargs)
        except BaseException:  # the threads are being shut down
            self._count(-1)
            raise

    def _begin(self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self._count(-1)
        return fn(*args, **kwargs)

    def _count(self, change: int) -> None:
        with self._waiting_lock:
            self._waiting += change
