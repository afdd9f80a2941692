"""A folder that appears whole or not at all."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_PARTIAL_SUFFIX = ".partial"
REPLACED_SUFFIX = ".replaced"


@contextmanager
def folder_in_place(target: Path) -> Iterator[Path]:
    """A new folder to fill, which takes the name `target` when the block ends well and goes when it does not.

    It is made beside the target under a hidden name, written out to the disk and renamed. So an error, a full disk or a
    kill leaves the target as it was. A folder that has the name already is replaced: the caller says that it may be.
    """
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    unique = uuid.uuid4().hex[:8]
    staged = target.with_name(f".{target.name}.{unique}{_PARTIAL_SUFFIX}")
    staged.mkdir()
    try:
        yield staged
        _write_out(staged)
        _swap_in(staged, target, target.with_name(f".{target.name}.{unique}{REPLACED_SUFFIX}"))
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def remove_leftovers(parent: Path, name: str) -> None:
    """Remove what a killed run has left beside `parent / name`. The caller holds a lock on the parent."""
    for suffix in (_PARTIAL_SUFFIX, REPLACED_SUFFIX):
        for folder in parent.glob(f".{name}.*{suffix}"):
            shutil.rmtree(folder, ignore_errors=True)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file's bytes, without its permissions: a read-only source must not make a folder that cannot go."""
    shutil.copyfile(source, target)


def files_below(folder: Path, wanted: Callable[[Path], bool] = lambda path: True) -> list[Path]:
    """All files below a folder, relative to it and sorted."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if wanted(path))


def _swap_in(staged: Path, target: Path, replaced: Path) -> None:
    if target.exists():
        target.rename(replaced)
        try:
            staged.rename(target)
        except OSError:
            replaced.rename(target)
            raise
        shutil.rmtree(replaced, ignore_errors=True)
    else:
        staged.rename(target)
    _sync(target.parent)


def _write_out(folder: Path) -> None:
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
