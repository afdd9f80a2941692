"""Until when a request's answer is of use: its deadline has not passed, and its client is there."""

import math
import time
from collections.abc import Callable
from typing import Literal

from pdserving.errors import ClientGoneError, TimedOutError

DropReason = Literal["deadline", "client_gone"]


class Lifetime:
    """Of one request.

    Args:
        deadline: by `time.monotonic`.
        active: whether its client still waits.

    Attributes:
        dropped: why the request was given up, once `check` has found it to be over.
    """

    def __init__(self, deadline: float = math.inf, active: Callable[[], bool] = lambda: True) -> None:
        self._deadline = deadline
        self._active = active
        self.dropped: DropReason | None = None

    def check(self) -> None:
        """Go on.

        Raises:
            TimedOutError: the deadline has passed.
            ClientGoneError: the client has gone.
        """
        # First the deadline: a client whose time is up hangs up too.
        if time.monotonic() >= self._deadline:
            self.dropped = "deadline"
            raise TimedOutError(
                "no answer by the request's deadline: request_timeout_s, or the time that its client gave"
            )
        if not self._active():
            self.dropped = "client_gone"
            raise ClientGoneError("the client has gone")
