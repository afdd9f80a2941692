"""The deadline of a request: counted from its arrival, for all that it asks for together."""

import re
import time
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass

from pdserving.errors import OptionInvalidError, TimedOutError

HEADER = "X-Request-Timeout"
_KEY = "request_timeout_s"

_SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?")


@dataclass(frozen=True, eq=False)
class Deadline:
    """The deadline of one request. Each request has its own object, which stands for the request as a key.

    Attributes:
        at: the moment, by `time.monotonic`, which is the clock of asyncio's loops.
        seconds: the time from the request's arrival to that moment.
        source: who set it: the configuration's key or the client's header.
    """

    at: float
    seconds: float
    source: str

    @property
    def remaining_s(self) -> float:
        """Seconds until the deadline, 0 at least."""
        return max(0.0, self.at - time.monotonic())

    def error(self) -> TimedOutError:
        """The error that the request is answered with when its time is up."""
        return TimedOutError(f"no answer within {self.source}, {self.seconds:g} s")


def read_deadline(headers: Iterable[tuple[bytes, bytes]], most_s: float) -> Deadline:
    """The deadline of a request that arrives now. A client may ask for less time than the service gives, not for more.

    Args:
        headers: the headers of the request, their names in lower case.
        most_s: `limits.request_timeout_s`.

    Raises:
        OptionInvalidError: `X-Request-Timeout` is no number of seconds above 0.
    """
    arrived = time.monotonic()
    seconds, source = most_s, _KEY
    for name, value in headers:
        if name == HEADER.lower().encode():
            asked = _parse(value.decode("latin-1"))
            if asked < most_s:
                seconds, source = asked, HEADER
    return Deadline(arrived + seconds, seconds, source)


def _parse(text: str) -> float:
    seconds = float(text) if _SECONDS.fullmatch(text) else 0.0
    if seconds <= 0:
        raise OptionInvalidError(f"{HEADER} is {text[:80]!r}; accepted: seconds above 0, such as 2.5")
    return seconds


current_deadline: ContextVar[Deadline] = ContextVar("current_deadline")
"""The deadline of the request that the running task works for; the tasks that it starts inherit it."""
