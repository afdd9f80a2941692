"""What a check found. Only the standard library: `make serve-gpu` runs some checks before anything is installed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "missing"]


@dataclass(frozen=True)
class Check:
    """One line: `found` is what there is, `advice` what to do. The service cannot run where something is missing."""

    name: str
    state: State
    found: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.state:<8} {self.name:<9} {self.found}{f'; {self.advice}' if self.advice else ''}"


def report(checks: Iterable[Check]) -> int:
    """Print each check as it comes; the exit status: 0, or 1 if something is missing."""
    status = 0
    for check in checks:
        print(check, flush=True)
        if check.state == "missing":
            status = 1
    return status
