"""The memory that is left on the machine."""

from pathlib import Path

_MEMINFO, _GROUP = Path("/proc/meminfo"), Path("/sys/fs/cgroup")  # Linux, and its version 2 of control groups


def available_memory(meminfo: Path = _MEMINFO, group: Path = _GROUP) -> int:
    """Bytes that are free on the machine, or left of the limit of this process's control group if that is less."""
    lines = meminfo.read_text(encoding="ascii").splitlines()
    free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    try:
        limit = (group / "memory.max").read_text(encoding="ascii").strip()
        used = int((group / "memory.current").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return free
    return min(free, int(limit) - used) if limit.isdecimal() else free
