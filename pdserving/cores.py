"""The processor cores that this process may use."""

import os


def usable_cores() -> int:
    """How many there are; a process that is bound to some of the machine's cores has only these."""
    return len(os.sched_getaffinity(0))
