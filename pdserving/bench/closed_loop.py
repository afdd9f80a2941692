"""A closed loop: each client asks for the next picture as soon as it has the lines of the one before.

Only the standard library: peers import it in environments of their own.
"""

import itertools
import math
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from pdserving.bench.measurement import Measurement, percentile

WARM_UP_PASSES = 3
"""How many untimed passes over the pictures come first. A service has engines for each core, an engine takes longer for
the first tensor of a shape, and it is chance which engine gets which tensor."""

TURNS = 2
"""How often each party is timed where several take turns, in an order that favours none: A, B, B, A."""

Client = Callable[[int], int | None]
"""Takes a picture's index and returns how many lines it has, None if nothing is decoded; raises when it fails."""


class ContenderError(Exception):
    """A contender cannot go on: it crashed, hung or did not start. The message says which."""


@dataclass
class _Pass:
    """What the clients share while they work off `count` pictures, which takes `elapsed` seconds."""

    count: int
    elapsed: float = 0.0
    seconds: list[float] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    failures: dict[int, str] = field(default_factory=dict)
    end: ContenderError | None = None


def measure(
    clients: Sequence[Client], pictures: int, seconds: float, peak_rss_mb: Callable[[], float | None]
) -> Measurement:
    """Let the clients work off the pictures untimed, then as many whole times as it takes.

    Args:
        clients: the clients, each used by one thread.
        pictures: how many there are; the clients are asked for indices below it.
        seconds: how long the timed part lasts, about; it is at least one pass over the pictures.
        peak_rss_mb: asked afterwards for the largest resident memory, in MB.

    Raises:
        ContenderError: a client raised it; any other exception of a client is a failure of its picture.
    """
    (measured,) = measure_in_turn([clients], pictures, seconds, peak_rss_mb)
    return measured


def measure_in_turn(
    parties: Sequence[Sequence[Client]],
    pictures: int,
    seconds: float,
    peak_rss_mb: Callable[[], float | None],
    while_timed: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> list[Measurement]:
    """Measure each of several parties, as `measure` does, which ask the same service in alternation.

    So the difference between them comes from what they ask, and not from when. `while_timed` is entered before the
    timed part and left after it.
    """
    # Enough for every client to ask at least once a turn.
    fewest = math.ceil(max(map(len, parties)) / pictures)
    for number in range(WARM_UP_PASSES):
        warm_up = _work_off(parties[number % len(parties)], pictures, fewest)
    turns = 1 if len(parties) == 1 else TURNS
    passes = fewest * max(1, math.ceil(seconds / turns / warm_up.elapsed))
    done: list[list[_Pass]] = [[] for _ in parties]
    with while_timed():
        for turn in range(turns):
            order = range(len(parties)) if turn % 2 == 0 else reversed(range(len(parties)))
            for index in order:
                done[index].append(_work_off(parties[index], pictures, passes))
    return [_measurement(timed, turns * passes, peak_rss_mb()) for timed in done]


def _measurement(timed: Sequence[_Pass], passes: int, peak_rss_mb: float | None) -> Measurement:
    seconds = [spent for one in timed for spent in one.seconds]
    lines = [count for one in timed for count in one.lines]
    failures = {picture: text for one in timed for picture, text in one.failures.items()}
    return Measurement(
        images_per_s=sum(one.count for one in timed) / sum(one.elapsed for one in timed),
        p50_ms=1e3 * percentile(seconds, 0.5),
        p95_ms=1e3 * percentile(seconds, 0.95),
        peak_rss_mb=peak_rss_mb,
        lines=sum(lines) / passes if lines else None,
        failures=tuple(text for _, text in sorted(failures.items())),
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
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if shared.end is not None:
        raise shared.end
    shared.elapsed = time.perf_counter() - started
    return shared
