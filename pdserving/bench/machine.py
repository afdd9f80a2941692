"""How busy the machine is with other work, which makes every figure worse."""

import time
from collections.abc import Sequence
from pathlib import Path

_SAMPLE_S = 0.5
_QUIET = 0.05  # the share of the cores below which other work is not worth a word


def busy_share() -> float:
    """The share of the machine's cores, 0 to 1, that is busy during the next half second."""
    idle, total = _ticks()
    time.sleep(_SAMPLE_S)
    idle_after, total_after = _ticks()
    return 1 - (idle_after - idle) / max(1, total_after - total)


def remark(shares: Sequence[float]) -> str:
    """What to think of a run, from the shares that were busy before each contender."""
    ordered = sorted(shares)
    median, most = ordered[len(ordered) // 2], ordered[-1]
    if most < _QUIET:
        return "the machine did nothing else"
    return f"other work took {median:.0%} of the machine between the runs (median), {most:.0%} at most"


def _ticks() -> tuple[int, int]:
    """The idle ticks and all ticks since the machine's start."""
    first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0]
    user, nice, system, idle, waiting, *others = map(int, first.split()[1:9])
    return idle + waiting, user + nice + system + idle + waiting + sum(others)
