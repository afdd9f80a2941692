"""The keys of the configuration: a file that is read again when it changes, and a variable of the environment."""

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from pdserving.security.keys import KeyRing

ENVIRONMENT = "PDSERVING_API_KEYS"
"""The variable with entries like those of the file, one a line or with commas between them."""

CHECK_S = 1.0  # the file is looked at no more often

Signature = tuple[int, int, int]
_NOWHERE: Signature = (0, 0, 0)  # that of a file that is not there

_log = logging.getLogger(__name__)


class KeyStore:
    """The keys that are accepted now; may be asked from many threads.

    A file that cannot be read or holds what is no entry leaves the keys as they were, and the log says why. One without
    entries takes all keys away. A store that has never read its file accepts no key until it has.

    Args:
        file: `security.keys_file`.
        environment: the environment's variables; their keys last as long as the process.
        clock: seconds that never go back.

    Attributes:
        required: whether requests need a key: there is a file or the variable.
    """

    def __init__(
        self,
        file: Path | None,
        environment: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        written = environment.get(ENVIRONMENT, "")
        self.required = file is not None or bool(written)
        self._file = file
        self._of_environment = written.replace(",", "\n").splitlines()
        self._clock = clock
        self._lock = threading.Lock()
        self._ring = KeyRing({})
        self._signature: Signature | None = None
        self._next_look = clock()

    def load(self) -> None:
        """Read the keys, for a start that is to stop where they cannot be read.

        Raises:
            ValueError: as a sentence that names file or variable, or that there is not one key.
        """
        ring = self._read()
        if self.required and not ring:
            raise ValueError(f"{self._place()} has no key; accepted: at least one, made by `pdserving key new NAME`")
        self._ring = ring

    def identify(self, key: str) -> str | None:
        """The name of a key; None for one that is not accepted."""
        with self._lock:
            if self._clock() >= self._next_look:
                self._next_look = self._clock() + CHECK_S
                self._look()
            ring = self._ring
        return ring.identify(key)

    def _look(self) -> None:
        signature = self._sign()
        if signature == self._signature:
            return
        self._signature = signature
        try:
            self._ring = self._read()
        except ValueError as error:
            _log.error("%s; the keys stay as they were: %d", error, len(self._ring))
        else:
            _log.info("%s was read; keys: %d", self._place(), len(self._ring))

    def _sign(self) -> Signature:
        """What changes with the file."""
        if self._file is None:
            return _NOWHERE
        try:
            status = self._file.stat()
        except OSError:
            return _NOWHERE
        return status.st_mtime_ns, status.st_ino, status.st_size

    def _read(self) -> KeyRing:
        lines = []
        if self._file is not None:
            try:
                lines = self._file.read_text(encoding="ascii").splitlines()
            except OSError as error:
                raise ValueError(f"{self._place()} cannot be read: {error.strerror}") from None
            except UnicodeDecodeError:
                raise ValueError(f"{self._place()} is not ASCII") from None
        try:
            return KeyRing.parse([*lines, *self._of_environment])
        except ValueError as error:
            raise ValueError(f"{self._place()}: {error}") from None

    def _place(self) -> str:
        of_file = f"security.keys_file: {self._file}" if self._file is not None else ""
        return " and ".join(filter(None, (of_file, ENVIRONMENT if self._of_environment else "")))
