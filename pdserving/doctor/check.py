"""What a check found.

Only the standard library is imported here: `make serve-gpu` runs some checks before anything is installed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "missing"]


@dataclass(frozen=True)
class Check:
    """The outcome of one check, which is one line.

    Attributes:
        name: what was looked at, in a word.
        state: `ok`; `warning`: the service runs all the same; `missing`: it does not.
        found: what there is.
        advice: what to do about it; empty if nothing.
    """

    name: str
    state: State
    found: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.state:<8} {self.name:<9} {self.found}{f'; {self.advice}' if self.advice else ''}"


def report(checks: Iterable[Check]) -> int:
    """Print each check as it comes, and return the exit status: 0, or 1 if something is missing."""
    status = 0
    for check in checks:
        print(check, flush=True)
        if check.state == "missing":
            status = 1
    return status
