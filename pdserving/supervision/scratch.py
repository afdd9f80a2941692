"""The service's scratch folder: it goes when the service ends, and where that was killed, when the next one starts.

Who uses a folder holds a shared lock on it, supervisor and processes alike, so what nobody holds is nobody's. Programs
that tidy up what is old in /tmp (systemd-tmpfiles) leave a folder with a lock alone too.
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
    """Context manager of a new folder, `path`, which nobody but its owner may enter.

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
                    os.close(self._lock)  # a service that starts just now took it for one that nobody holds
        except OSError as error:
            raise ScratchError(f"no scratch folder can be made (TMPDIR chooses where): {error}") from None

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def hold(folder: Path) -> int:
    """Keep a folder from being swept until the descriptor is closed that this returns, or the process ends."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def _sweep(parent: Path) -> None:
    """Remove the folders of this user's services that were killed."""
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # one that is gone meanwhile, or another user's
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
