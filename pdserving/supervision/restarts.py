"""How often processes were replaced, in a file, so that the gateway can tell of it whenever it was started."""

import json
import logging
from pathlib import Path

from pdserving.supervision.replacing import replace_text

_KINDS = ("worker", "gateway")
_CAUSES = ("died", "hung")
"""A process ended by itself or by another's hand; or the supervisor killed it, since it got nothing done."""

_RESTARTS = "restarts.json"
"""In the scratch folder: the starts that replaced an ended process, by kind of process and cause."""

_log = logging.getLogger(__name__)

Counts = dict[str, dict[str, int]]


class Restarts:
    """The supervisor's end: counts, and writes.

    Args:
        folder: the scratch folder.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _RESTARTS
        self._counts: Counts = {kind: dict.fromkeys(_CAUSES, 0) for kind in _KINDS}
        self._write()

    def count(self, kind: str, cause: str) -> None:
        """Count a start that replaces a process."""
        self._counts[kind][cause] += 1
        try:
            self._write()
        except OSError as error:  # whatever fails here, what ended is replaced
            _log.error("the count of restarts cannot be written: %s", error)

    def _write(self) -> None:
        replace_text(self._path, json.dumps(self._counts))


def read_restarts(folder: Path) -> Counts:
    """By kind of process and cause."""
    counts: Counts = json.loads((folder / _RESTARTS).read_text())
    return counts
