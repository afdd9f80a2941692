"""The readers whose answers are judged, and how each is run: in a process of its own, a picture after the other."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from pdserving.bench import peer
from pdserving.bench.accuracy.answers import Answers, load_answers
from pdserving.bench.environments import peer_python
from pdserving.bench.processes import running, wait_done
from pdserving.bench.task import Task
from pdserving.engines.tuning import TUNING

_START_TIMEOUT_S = 120
_PICTURE_TIMEOUT_S = 60  # on average; a page may have hundreds of lines, and the machine other work
_GRACE_S = 2

PEERS = (peer.RAPIDOCR_OPENVINO, peer.FASTER_PADDLE)
PRECISIONS = ("auto", "fp32", "bf16")
_PRECISION_KEYS = ("op.det.local_service_conf.precision", "op.rec.local_service_conf.precision")
"""The classifier is left out: it is small, and in bfloat16 no faster."""


@dataclass(frozen=True)
class Reader:
    """Who reads the pages.

    Attributes:
        name: its name in tables and for `--only`.
        read: reads the task's pictures; ContenderError or SetupError where it cannot.
        is_peer: whether it is somebody else's.
    """

    name: str
    read: Callable[[Task], Answers]
    is_peer: bool = False


def our_reader(name: str, profile: str, overrides: Sequence[str] = ()) -> Reader:
    """Our pipeline with a profile and `key=value` overrides of the configuration."""
    return Reader(name, partial(_ours, name, profile, overrides))


def our_readers(profiles: Sequence[str], precisions: Sequence[str]) -> list[Reader]:
    """Our pipeline with each profile in each precision; `auto` is the configuration's own, and leaves the name."""
    return [
        our_reader(f"{profile}-{precision}", profile, [f"{key}={precision}" for key in _PRECISION_KEYS])
        if precision != "auto"
        else our_reader(profile, profile)
        for profile in profiles
        for precision in precisions
    ]


def peer_readers() -> list[Reader]:
    """RapidOCR with OpenVINO, and faster-paddle."""
    return [Reader(name, partial(_peer, name), is_peer=True) for name in PEERS]


def _ours(name: str, profile: str, overrides: Sequence[str], task: Task) -> Answers:
    task.fetch(profile)
    settings = task.settings(profile, overrides).model_dump_json(by_alias=True)
    return _in_child(name, "ours", Path(sys.executable), settings, task)


def _peer(name: str, task: Task) -> Answers:
    # Beside those of `make bench`, which are the same.
    python = peer_python(name, task.folder.parent / "bench" / "venvs", task.log(f"{name}-installation"))
    return _in_child(name, "peers", python, name, task)


def _in_child(name: str, module: Literal["ours", "peers"], python: Path, argument: str, task: Task) -> Answers:
    folder = task.folder / "answers"
    folder.mkdir(parents=True, exist_ok=True)
    pictures, result = folder / "pictures.txt", folder / f"{name}.json"
    pictures.write_text("\n".join(map(str, task.pictures)), encoding="utf-8")
    result.unlink(missing_ok=True)
    log, timeout = task.log(name), _START_TIMEOUT_S + _PICTURE_TIMEOUT_S * len(task.pictures)
    command: list[str | Path] = [python, "-m", f"pdserving.bench.accuracy.{module}", argument, pictures, result]
    with running(command, log, _GRACE_S, env=TUNING if module == "ours" else None) as process:
        wait_done(process, log, result, timeout)
    return load_answers(result)
