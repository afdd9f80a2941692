"""What the processor can compute, by its flags."""

from pathlib import Path

import pytest

from pdserving.hardware.processor import computes_bf16, has_avx512


@pytest.mark.parametrize(
    ("text", "bf16", "avx512"),
    [
        ("model name\t: X\nflags\t\t: fpu avx512f avx512_bf16 sse\n\nflags\t\t: fpu\n", True, True),
        ("flags\t\t: fpu amx_tile amx_bf16\n", True, False),
        ("Features\t: fp asimd i8mm bf16\n", True, False),
        ("Features\t: fp asimd\n", False, False),
        ("flags\t\t: fpu avx512f avx512_bf16x\nbugs: amx_bf16\n", False, True),
        ("flags\t\t: fpu avx2 avx512fx\nbugs: avx512f\n", False, False),
        ("", False, False),
    ],
)
def test_bfloat16_and_avx512_are_flags_of_the_processor(tmp_path: Path, text: str, bf16: bool, avx512: bool) -> None:
    path = tmp_path / "cpuinfo"
    path.write_text(text)
    assert (computes_bf16(path), has_avx512(path)) == (bf16, avx512)


def test_where_nothing_says_so_there_is_neither(tmp_path: Path) -> None:
    assert not computes_bf16(tmp_path / "none")
    assert not has_avx512(tmp_path / "none")
