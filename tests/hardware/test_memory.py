"""The memory that is left is the machine's, or that of a container with a limit."""

from pathlib import Path

import pytest

from pdserving.hardware.memory import available_memory


@pytest.mark.parametrize(
    ("limit", "used", "expected"),
    [
        (None, None, 2_048_000),
        ("max\n", "500\n", 2_048_000),
        ("1000000\n", "400000\n", 600_000),
        ("9000000\n", "400000\n", 2_048_000),
    ],
)
def test_the_lesser_of_what_machine_and_control_group_have_left_counts(
    tmp_path: Path, limit: str | None, used: str | None, expected: int
) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 9000 kB\nMemFree: 100 kB\nMemAvailable:    2000 kB\n")
    if limit is not None and used is not None:
        (tmp_path / "memory.max").write_text(limit)
        (tmp_path / "memory.current").write_text(used)
    assert available_memory(meminfo, tmp_path) == expected


def test_this_machine_has_some_left() -> None:
    assert available_memory() > 1_000_000
