"""What the processor is found to be able to."""

from pathlib import Path

import pytest

from pdserving.cores import computes_bf16


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("model name\t: X\nflags\t\t: fpu avx512f avx512_bf16 sse\n\nflags\t\t: fpu\n", True),
        ("flags\t\t: fpu amx_tile amx_bf16\n", True),
        ("Features\t: fp asimd i8mm bf16\n", True),
        ("flags\t\t: fpu avx512f avx512_bf16x\nbugs: amx_bf16\n", False),
        ("", False),
    ],
)
def test_bfloat16_is_a_flag_of_the_processor(tmp_path: Path, text: str, expected: bool) -> None:
    path = tmp_path / "cpuinfo"
    path.write_text(text)
    assert computes_bf16(path) == expected


def test_where_nothing_says_so_there_is_none(tmp_path: Path) -> None:
    assert not computes_bf16(tmp_path / "none")
