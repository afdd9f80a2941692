"""Token buckets: so many requests a minute for each caller, and a few more at once."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MAX_CALLERS = 10_000
"""How many buckets are kept. Beyond that the one that rested longest is forgotten: its caller gets a full one. Nearly
always it was full anyway: else that many callers have come within the time that a bucket takes to fill."""

_MINUTE_S = 60

_WHOLE_TOKEN = 1 - 1e-9
"""The fill that counts as a token. It is a sum of products, so after exactly the time that a caller was told to wait it
may lack a token's last bits."""


@dataclass
class _Bucket:
    tokens: float
    at: float


class RateLimiter:
    """A token bucket (https://en.wikipedia.org/wiki/Token_bucket) for each caller; may be asked from many threads.

    Args:
        per_minute: requests a minute; 0 lets everything through.
        burst: requests that a caller who has rested may send at once.
        clock: seconds that never go back.
    """

    def __init__(self, per_minute: int, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / _MINUTE_S
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, caller: str) -> int:
        """Take a request's token: 0 where there is one, else the seconds until there is, rounded up."""
        if not self._rate:
            return 0
        with self._lock:
            now = self._clock()
            bucket = self._buckets.setdefault(caller, _Bucket(self._burst, now))
            self._buckets.move_to_end(caller)
            bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._rate)
            bucket.at = now
            if len(self._buckets) > MAX_CALLERS:
                self._buckets.popitem(last=False)
            if bucket.tokens >= _WHOLE_TOKEN:
                bucket.tokens -= 1
                return 0
            return max(1, math.ceil((1 - bucket.tokens) / self._rate))
