"""Strikes against pictures that workers died over: after the first a picture is suspect, after the second refused.

A picture that was computed when its worker died may have been an innocent one beside the one that killed it. So a
suspect is computed alone in its process. If that dies too, there is no doubt; else the suspect is acquitted.
"""

import logging
from hashlib import blake2b
from pathlib import Path

from pdserving.supervision.journal import DIGEST_BYTES, Subject, take_journal
from pdserving.supervision.replacing import replace_text

SUSPECT, REFUSED = 1, 2
_MOST = 1000  # pictures; beyond that the one that was struck longest ago is forgotten

_log = logging.getLogger(__name__)


def digest_of(encoded: bytes) -> bytes:
    """The digest of a picture's file, 16 bytes. It is the same whatever the request's options are."""
    return blake2b(encoded, digest_size=DIGEST_BYTES).digest()


class Strikes:
    """The strikes of all pictures, a file each in the scratch folder. A new start has a new folder, so it forgets them.

    Args:
        scratch: the scratch folder.
    """

    def __init__(self, scratch: Path) -> None:
        self._folder = scratch / "strikes"
        self._folder.mkdir(exist_ok=True)

    def of(self, digest: bytes) -> int:
        """The strikes against a picture: 0, `SUSPECT` or `REFUSED`."""
        try:
            return int(self._path(digest).read_text())
        except FileNotFoundError:
            return 0

    def add(self, subject: Subject) -> None:
        """Note that a worker died while a picture was computed."""
        # It is proven guilty only if it was alone.
        path, strikes = self._path(subject.digest), REFUSED if subject.suspect else SUSPECT
        if strikes <= self.of(subject.digest):
            return
        replace_text(path, str(strikes))
        self._forget_oldest()

    def acquit(self, digest: bytes) -> None:
        """Forget a suspect that came through."""
        if self.of(digest) == SUSPECT:
            self._path(digest).unlink(missing_ok=True)

    def _forget_oldest(self) -> None:
        dated = []
        for path in self._folder.iterdir():
            try:
                dated.append((path.stat().st_mtime_ns, path))
            except FileNotFoundError:  # acquitted at this moment
                continue
        for _, path in sorted(dated)[:-_MOST]:
            path.unlink(missing_ok=True)

    def _path(self, digest: bytes) -> Path:
        return self._folder / digest.hex()


def strike_after_death(scratch: Path, pid: int) -> None:
    """Add a strike for each picture that a process computed when it died."""
    try:
        _strike(scratch, pid)
    except OSError as error:  # whatever fails here, what died is replaced
        _log.error("process %d died, and the pictures that it computed cannot be noted: %s", pid, error)


def _strike(scratch: Path, pid: int) -> None:
    for subject in take_journal(scratch, pid):
        alone = "alone, and is refused from now on" if subject.suspect else "and is suspect now"
        _log.error("process %d died while picture %s was computed, %s", pid, subject.digest.hex(), alone)
        Strikes(scratch).add(subject)
