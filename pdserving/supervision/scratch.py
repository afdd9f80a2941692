"""The service's scratch folder. It is removed when the service ends, or by the next start if the service was killed.

The supervisor and its processes hold a shared lock on their folder, so one that nobody holds is left over. Programs
that tidy up /tmp, such as systemd-tmpfiles, leave a locked folder alone too.
"""

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Self

from pdserving.setup_errors import SetupError

PREFIX = "pdserving-scratch-"


class ScratchError(SetupError):
    """There is no room for the scratch folder, or for what belongs in it."""

    code: ClassVar[str] = "scratch"


class Scratch:
    """Context manager that makes a folder, which nobody but its owner may enter, and removes it.

    Attributes:
        path: the folder.

    Raises:
        ScratchError: it cannot be made.
    """

    path: Path
    _lock: int

    def __enter__(self) -> Self:
        try:
            _sweep(Path(tempfile.gettempdir()))
            while True:
                self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
                with suppress(FileNotFoundError):
                    self._lock = hold(self.path)
                    if self.path.exists():
                        return self
                    os.close(self._lock)  # a service that starts just now has removed it, before it was locked
        except OSError as error:
            raise ScratchError(f"no scratch folder can be made (TMPDIR chooses where): {error}") from None

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def hold(folder: Path) -> int:
    """Keep a folder from being removed, until the returned descriptor is closed or the process ends."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def _sweep(parent: Path) -> None:
    """Remove what this user's services left when they were killed."""
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # it is held, it is gone meanwhile, or it is no folder
            _remove_unheld(folder)


def _remove_unheld(folder: Path) -> None:
    if folder.lstat().st_uid != os.geteuid():
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    finally:
        os.close(descriptor)
