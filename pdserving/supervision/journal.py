"""The journal: a file of the pictures that a worker computes at the moment. When the worker dies, it tells over what.

The file is mapped into memory, so that an entry costs a copy of a few bytes and is there whatever ends the process.
"""

import logging
import mmap
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DIGEST_BYTES = 16

_ENTRY = struct.Struct(f"={DIGEST_BYTES}s?")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Subject:
    """A picture, as the journal names it.

    Attributes:
        digest: the digest of its file, 16 bytes.
        suspect: whether a worker died while it was computed. If so, it is computed alone in its process.
    """

    digest: bytes
    suspect: bool = False


class Journal:
    """The journal as its worker writes it.

    Args:
        folder: the scratch folder.
        threads: how many threads compute.
        pictures: how many a thread computes at once, at most; each has an entry of its own.
    """

    def __init__(self, folder: Path, threads: int, pictures: int = 1) -> None:
        self._path = _path(folder, os.getpid())
        self._thread_size = pictures * _ENTRY.size
        size = threads * self._thread_size
        try:
            with self._path.open("w+b") as file:
                # Written and not only reserved: where the disk is full, the first entry would be a SIGBUS.
                file.write(bytes(size))
                file.flush()
                self._map = mmap.mmap(file.fileno(), size)
        except OSError as error:
            _log.error("no journal can be written, so no picture is found out that this process dies of: %s", error)
            self._map = mmap.mmap(-1, size)

    def enter(self, thread: int, subjects: Sequence[Subject]) -> None:
        """Note what a thread computes from now on."""
        start = thread * self._thread_size
        for offset, subject in enumerate(subjects):
            _ENTRY.pack_into(self._map, start + offset * _ENTRY.size, subject.digest, subject.suspect)

    def leave(self, thread: int) -> None:
        """Note that a thread has come through with what it computed."""
        start = thread * self._thread_size
        self._map[start : start + self._thread_size] = bytes(self._thread_size)

    def discard(self) -> None:
        """Remove the file: the process ends in order."""
        self._path.unlink(missing_ok=True)


def take_journal(folder: Path, pid: int) -> list[Subject]:
    """Remove a process's journal, and return the pictures in it: what the process computed when it died.

    Empty for a process that discarded its journal.
    """
    path = _path(folder, pid)
    try:
        content = path.read_bytes()
    except FileNotFoundError:  # it ended in order, or is no worker
        return []
    path.unlink()
    # An entry may be half written; no picture has the digest that it then holds.
    whole = content[: len(content) // _ENTRY.size * _ENTRY.size]
    return [Subject(digest, suspect) for digest, suspect in _ENTRY.iter_unpack(whole) if any(digest)]


def _path(folder: Path, pid: int) -> Path:
    return folder / f"journal-{pid}"
