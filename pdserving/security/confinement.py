"""Landlock: a process gives up the right to write anywhere but in some folders, for itself and what it starts.

Linux has it since 5.13 (https://docs.kernel.org/userspace-api/landlock.html), for every user and without a daemon. The
C library has no functions for its three system calls, so they are made by number.
"""

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_WRITE_FILE, _REMOVE_DIR, _REMOVE_FILE = 1 << 1, 1 << 4, 1 << 5
_MAKE = 0b1111111 << 6  # devices, folders, files, sockets, pipes, links
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_RIGHTS = {1: _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE, 2: _REFER, 3: _TRUNCATE}
"""The rights to change files, by the version of Landlock that knows them."""

_WHOLE = max(_RIGHTS)
"""The first version that knows all these rights."""

_OF_FILES = _WRITE_FILE | _TRUNCATE

_DEVICES = ("null", "nvidia*")  # in /dev, which libraries write to


class _RulesetAttributes(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def landlock_version() -> int:
    """The version that the kernel has; 0 where there is none, or where it is switched off."""
    return max(0, _call(_CREATE_RULESET, None, 0, _ASK_VERSION)) if sys.platform == "linux" else 0


def unconfined(version: int) -> str | None:
    """What a version of Landlock lets processes do to files outside their folders, and why; None if nothing."""
    if version == 0:
        return (
            "may write wherever their user may: this system has no Landlock (Linux has it since 5.13, if switched on)"
        )
    if version < _WHOLE:
        return f"may empty files that their user may write to: Landlock {version} cannot forbid it (Linux ≥ 6.2 can)"
    return None


def confine(*folders: Path) -> bool:
    """Let this thread and all that it starts from now on write in these folders only.

    To be called before there are other threads, which would stay as they are. What is open already stays open.

    Returns:
        Whether the system has Landlock; without it nothing has changed.

    Raises:
        OSError: the system has Landlock and refused it.
    """
    version = landlock_version()
    if version == 0:
        return False
    rights = sum(right for since, right in _RIGHTS.items() if since <= version)
    attributes = _RulesetAttributes(rights)
    ruleset = _check(_call(_CREATE_RULESET, ctypes.byref(attributes), ctypes.sizeof(attributes), 0))
    try:
        _allow(ruleset, folders, rights)
        _allow(ruleset, (path for name in _DEVICES for path in Path("/dev").glob(name)), rights & _OF_FILES)
        _check(_libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        _check(_call(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)
    return True


def _allow(ruleset: int, paths: Iterable[Path], rights: int) -> None:
    for path in paths:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            # The kernel refuses a rule that gives a file the rights of a folder.
            rule = _PathBeneath(rights if path.is_dir() else rights & _OF_FILES, place)
            _check(_call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0))
        finally:
            os.close(place)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(*arguments: object) -> int:
    result: int = _libc().syscall(*arguments)
    return result


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"Landlock: {os.strerror(number)}")
    return result
