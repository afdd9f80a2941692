"""The verdict on a run: what is asked of it, and whether it does it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """A value of this run beside its floor and its aim.

    Attributes:
        goal: what is compared with what.
        value: a ratio, or a difference in `unit`; None where a part of it was not measured.
        floor: the value that is accepted.
        aim: the value that is striven for.
        at_most: whether floor and aim are upper limits.
        unit: the unit of a difference; empty for a ratio.
    """

    goal: str
    value: float | None
    floor: float
    aim: float
    at_most: bool = False
    unit: str = ""

    @property
    def outcome(self) -> str:
        """The verdict in words."""
        if self.value is None:
            return "not measured"
        if self._reaches(self.aim):
            return "pass: aim reached"
        return "pass: floor reached" if self._reaches(self.floor) else "fail"

    def _reaches(self, limit: float) -> bool:
        return self.value is not None and (self.value <= limit if self.at_most else self.value >= limit)
