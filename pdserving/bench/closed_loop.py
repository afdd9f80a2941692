"""A closed loop: each client asks for the next picture as soon as it has the lines of the one before.

Only the standard library: peers import it in environments of their own.
"""

import itertools
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pdserving.bench.measurement import Measurement, percentile

Client = Callable[[int], int | None]
"""Takes a picture's index, returns how many lines it has, None where nothing is decoded; raises when it fails."""


class ContenderError(Exception):
    """A contender cannot go on: it crashed, hung or did not start. The message says which."""


@dataclass
class _Pass:
    """What the clients share while they work off `count` pictures."""

    count: int
    seconds: list[float] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    failures: dict[int, str] = field(default_factory=dict)
    end: ContenderError | None = None


def measure(
    clients: Sequence[Client], pictures: int, seconds: float, peak_rss_mb: Callable[[], float | None]
) -> Measurement:
    """Let the clients work off the pictures once untimed, then as many whole times as it takes.

    Args:
        clients: each is used by one thread.
        pictures: how many there are; the clients are asked for indices below it.
        seconds: the timed part lasts about this long, and at least one pass over the pictures.
        peak_rss_mb: asked afterwards.

    Raises:
        ContenderError: of a client; any other exception of one is a failure of its picture.
    """
    started = time.perf_counter()
    _work_off(clients, pictures, 1)
    passes = max(1, math.ceil(seconds / (time.perf_counter() - started)))
    started = time.perf_counter()
    done = _work_off(clients, pictures, passes)
    elapsed = time.perf_counter() - started
    return Measurement(
        images_per_s=done.count / elapsed,
        p50_ms=1e3 * percentile(done.seconds, 0.5),
        p95_ms=1e3 * percentile(done.seconds, 0.95),
        peak_rss_mb=peak_rss_mb(),
        lines=sum(done.lines) / passes if done.lines else None,
        failures=tuple(text for _, text in sorted(done.failures.items())),
    )


def _work_off(clients: Sequence[Client], pictures: int, passes: int) -> _Pass:
    shared = _Pass(pictures * passes)
    tickets = itertools.count()
    lock = threading.Lock()

    def work(client: Client) -> None:
        while shared.end is None:
            with lock:
                ticket = next(tickets)
            if ticket >= shared.count:
                return
            picture = ticket % pictures
            started = time.perf_counter()
            lines: int | None = None
            try:
                lines = client(picture)
            except ContenderError as error:
                shared.end = error
            except Exception as error:  # whatever it is, it is what a caller would get for this picture
                shared.failures[picture] = f"{type(error).__name__}: {error}"
            with lock:
                shared.seconds.append(time.perf_counter() - started)
                if lines is not None:
                    shared.lines.append(lines)

    # Daemons: an interrupted run does not wait for a contender that hangs.
    threads = [threading.Thread(target=work, args=(client,), daemon=True) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if shared.end is not None:
        raise shared.end
    return shared
