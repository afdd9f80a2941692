"""Both ends of the pipe between a process and its parent: it brings the settings, and tells of the parent's end."""

import contextlib
import os
import signal
import subprocess
import sys
import threading

from pdserving.config.schema import Settings
from pdserving.logs import set_up_logging

STDIN = 0

# For glibc: one heap instead of one per thread, and what is large goes back to the system when it is freed. It keeps a
# fifth of the worker's memory from being lost between the heaps. With a threshold below the size of a recogniser's
# intermediate tensors the models take a tenth longer. Variables that are set already win.
MALLOC = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "4194304", "MALLOC_TRIM_THRESHOLD_": "67108864"}


def start_child(module: str, settings: Settings) -> "subprocess.Popen[bytes]":
    """Start `python -m module` with these settings. It ends when this process does, however that ends."""
    # A session of its own: Ctrl-C reaches the parent alone, and nothing that a child kills can reach another.
    process = subprocess.Popen(  # noqa: S603  # our own modules
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        start_new_session=True,
        env={**MALLOC, **os.environ},
    )
    # A child that has ended already is noticed by its status.
    with contextlib.suppress(BrokenPipeError):
        if process.stdin is not None:
            process.stdin.write(settings.model_dump_json(by_alias=True).encode() + b"\n")
            process.stdin.flush()
    return process


def receive_settings() -> Settings:
    """Read the settings that the parent sent, and from now on end by SIGTERM when the parent is gone."""
    with open(STDIN, "rb", buffering=0, closefd=False) as pipe:
        line = pipe.readline()
    if not line:
        sys.exit("error: the parent ended before it sent the settings")
    settings = Settings.model_validate_json(line)
    set_up_logging(settings.log_level, settings.log_format)
    threading.Thread(target=_follow_parent, name="parent", daemon=True).start()
    return settings


def _follow_parent() -> None:
    # Not by sys.stdin: a thread that waits in its lock makes the interpreter's end a fatal error.
    while os.read(STDIN, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
