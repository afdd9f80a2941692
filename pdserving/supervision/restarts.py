"""How often processes were replaced: counted in a file, so that any gateway can tell of it, however young."""

import json
import logging
from pathlib import Path

from pdserving.supervision.replacing import replace_text

_KINDS = ("worker", "gateway")
_CAUSES = ("died", "hung")
"""`died`: the process ended by itself, or somebody killed it. `hung`: it got nothing done, so the supervisor did."""

_RESTARTS = "restarts.json"  # in the scratch folder

_log = logging.getLogger(__name__)

Counts = dict[str, dict[str, int]]


class Restarts:
    """The counts as the supervisor keeps and writes them.

    Args:
        folder: the scratch folder.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _RESTARTS
        self._counts: Counts = {kind: dict.fromkeys(_CAUSES, 0) for kind in _KINDS}
        self._write()

    def count(self, kind: str, cause: str) -> None:
        """Count a start that replaces a process that has ended."""
        self._counts[kind][cause] += 1
        try:
            self._write()
        except OSError as error:  # whatever fails here, what ended is replaced
            _log.error("the count of restarts cannot be written: %s", error)

    def _write(self) -> None:
        replace_text(self._path, json.dumps(self._counts))


def read_restarts(folder: Path) -> Counts:
    """The counts that are written there, by kind of process and cause."""
    counts: Counts = json.loads((folder / _RESTARTS).read_text())
    return counts
