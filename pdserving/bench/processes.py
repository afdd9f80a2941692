"""Processes of contenders: started in a session of their own, measured, and gone afterwards."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from pdserving.bench.closed_loop import ContenderError
from pdserving.bench.measurement import BYTES_PER_MB

ROOT = Path(__file__).resolve().parents[2]
"""The project's folder, from which contenders find the package and the models."""

_KIB = 1024
READY_TIMEOUT_S = 300  # the first start may fetch and convert the models
_POLL_S = 0.05
_SAID = 300  # characters of a log's line that are repeated
_CONCLUSION = "the service did not start"  # the last line of `pdserving serve`, which tells no reason


class StartTimeoutError(ContenderError):
    """A contender was not ready in time, and would hardly be the next time."""


@contextmanager
def running(
    command: Sequence[str | Path], log: Path, grace_s: float, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a process that writes to `log`; it and what it started are gone afterwards.

    Args:
        command: the command line.
        log: the file of its output and errors.
        grace_s: seconds that it has to end by itself after SIGTERM; then its session is killed.
        cwd: the folder it runs in.
        env: its variables beside those of this process.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        # A session of its own: Ctrl-C reaches this process alone, and what hangs can be killed with all its children.
        process = subprocess.Popen(  # noqa: S603  # commands of ours
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        try:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(grace_s)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_ready(
    process: "subprocess.Popen[bytes]", log: Path, ready: Callable[[], bool], timeout_s: float = READY_TIMEOUT_S
) -> None:
    """Wait until a process is ready.

    Raises:
        StartTimeoutError: it takes too long.
        ContenderError: it has ended.
    """
    deadline = time.monotonic() + timeout_s
    while not ready():
        if process.poll() is not None:
            raise ContenderError(f"did not start: {how_it_ended(process, log)}")
        if time.monotonic() > deadline:
            raise StartTimeoutError(_with_reason(f"did not start within {timeout_s:.0f} s", log))
        time.sleep(_POLL_S)


def wait_done(process: "subprocess.Popen[bytes]", log: Path, result: Path, timeout_s: float) -> None:
    """Wait until a process has ended and left its result.

    Raises:
        ContenderError: it takes too long, fails, or leaves no file `result`.
    """
    try:
        status = process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        raise ContenderError(f"hangs: not done within {timeout_s:.0f} s") from None
    if status != 0 or not result.is_file():
        raise ContenderError(f"crashed: {how_it_ended(process, log)}")


def how_it_ended(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """An ended process's signal or status, and the last line that it wrote about an error, or else its last line."""
    status = process.wait()
    cause = f"ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
    return _with_reason(cause, log)


def _with_reason(cause: str, log: Path) -> str:
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").split("\n") if line.strip()]
    told = [line for line in lines if not line.startswith("{") and _CONCLUSION not in line]
    errors = [line for line in told if "error" in line.lower()]
    last = (errors or lines or [""])[-1]
    return f"{cause}: {last[:_SAID]}" if last else cause


def free_ports(count: int) -> list[int]:
    """Ports of the loopback interface that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [listening.getsockname()[1] for listening in sockets]


def peak_rss_mb(pid: int) -> float:
    """The largest resident memory that a process and its descendants have had, summed up, in MB."""
    return sum(_peak_kib(member) for member in family(pid)) * _KIB / BYTES_PER_MB


def family(pid: int) -> list[int]:
    """The ids of a process and its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                # The name, in brackets, may hold anything; state and parent's id come after it.
                parent = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[1]
                children.setdefault(int(parent), []).append(int(entry.name))
    found = [pid]
    for member in found:
        found += children.get(member, [])
    return found


def _peak_kib(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0
