"""Telling Paddle 3's programs from other JSON files."""

from pathlib import Path

_MARK = b'"base_code"'


def is_pir_program(path: Path) -> bool:
    """Whether a file is a Paddle 3 program; False for any other JSON file and for an unreadable one."""
    try:
        with path.open("rb") as file:
            return _MARK in file.read(256)
    except OSError:
        return False
