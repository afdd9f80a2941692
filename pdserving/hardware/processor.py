"""The processor: its cores that this process may use, and what it computes by itself."""

import os
import re
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")  # Linux
BF16_FLAGS = frozenset({"avx512_bf16", "amx_bf16", "bf16"})  # x86-64, and ARM


def usable_cores() -> int:
    """How many cores this process may use: where it is bound to some of the machine's, only these."""
    return len(os.sched_getaffinity(0))


def computes_bf16(cpuinfo: Path = _CPUINFO) -> bool:
    """Whether the processor multiplies bfloat16; others emulate that, which is slower than float32."""
    return not BF16_FLAGS.isdisjoint(_flags(cpuinfo))


def has_avx512(cpuinfo: Path = _CPUINFO) -> bool:
    """Whether the processor computes with vectors of 512 bits."""
    return "avx512f" in _flags(cpuinfo)


def _flags(cpuinfo: Path) -> frozenset[str]:
    try:
        text = cpuinfo.read_text(encoding="ascii", errors="replace")
    except OSError:
        return frozenset()
    flags = re.search(r"^(?:flags|Features)\s*:(.*)$", text, re.MULTILINE)
    return frozenset() if flags is None else frozenset(flags[1].split())
