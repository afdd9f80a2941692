"""The contenders of `make bench`, and how each is run."""

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from pdserving.bench import peer
from pdserving.bench.closed_loop import WARM_UP_PASSES
from pdserving.bench.contender import Contender
from pdserving.bench.environments import peer_python
from pdserving.bench.measurement import Measurement, read_measurement
from pdserving.bench.processes import running, wait_done
from pdserving.bench.services import Levels, measure_ours, measure_stock
from pdserving.bench.task import Task
from pdserving.engines.tuning import TUNING
from pdserving.models.manifest import STAGES

_START_TIMEOUT_S = 120  # for a contender in process to import and load its models
_PICTURE_TIMEOUT_S = 20  # for a picture, on average over all passes
_GRACE_S = 2

OURS = "ppocrv6-http"
OURS_V4 = "ppocrv4-http"
OURS_V4_GRPC = "ppocrv4-grpc"
STOCK = "stock"
BOUND = "ppocrv6-bound"
IN_PROCESS = "ppocrv6-in-process"
_WHOLE_PICTURES = ["op.det.skip_margins=false"]
_ONE_THREAD = [f"op.{stage}.local_service_conf.thread_num=1" for stage in STAGES]


def _ours_in_child(module: str, profile: str, overrides: Sequence[str], task: Task, names: Sequence[str]) -> Levels:
    task.fetch(profile)
    settings = task.settings(profile, overrides).model_dump_json(by_alias=True)
    (name,) = names
    yield name, None, _in_child(name, module, Path(sys.executable), settings, task)


def _peer(task: Task, names: Sequence[str]) -> Levels:
    (name,) = names
    python = peer_python(name, task.folder / "venvs", task.log(f"{name}-installation"))
    yield name, None, _in_child(name, "peer", python, name, task)


def _in_child(name: str, module: str, python: Path, argument: str, task: Task) -> Measurement:
    """The figures that a module of ours takes in a process of its own; `argument` is its first."""
    result = task.folder / "results" / f"{name}.json"
    result.parent.mkdir(parents=True, exist_ok=True)
    result.unlink(missing_ok=True)
    command: list[str | Path] = [python, "-m", f"pdserving.bench.{module}", argument, result, str(task.seconds)]
    timeout = _START_TIMEOUT_S + (WARM_UP_PASSES + 1) * _PICTURE_TIMEOUT_S * len(task.pictures) + 2 * task.seconds
    log = task.log(name)
    # Ours allocate memory as a worker does; the peers have their own way.
    env = TUNING if python == Path(sys.executable) else None
    with running([*command, *task.pictures], log, _GRACE_S, env=env) as process:
        wait_done(process, log, result, timeout)
    return read_measurement(result)


def _peer_contender(name: str, about: str) -> Contender:
    return Contender(name, about, OURS, False, _peer, is_peer=True)


def _in_children(module: str, about: str, overrides: Sequence[str] = ()) -> Iterator[Contender]:
    """The contenders that a module measures, one for each profile, by `key=value` overrides of the configuration."""
    for profile, reference in (("ppocrv6", OURS), ("ppocrv4", OURS_V4)):
        run = partial(_ours_in_child, module.replace("-", "_"), profile, overrides)
        yield Contender(f"{profile}-{module}", f"{about}, {profile}", reference, False, run)


CONTENDERS = (
    Contender(OURS, "this service, PP-OCRv6 small", OURS, True, partial(measure_ours, "ppocrv6")),
    Contender(OURS_V4, "this service, PP-OCRv4 mobile", OURS, True, partial(measure_ours, "ppocrv4")),
    Contender(
        OURS_V4_GRPC,
        "its worker, asked over gRPC",
        OURS_V4,
        True,
        partial(measure_ours, "ppocrv4"),
        beside=OURS_V4,
    ),
    Contender(
        STOCK,
        "Paddle Serving 0.9.0 as it ships, oneDNN, PP-OCRv4 mobile",
        OURS_V4,
        True,
        measure_stock,
        is_peer=True,
    ),
    _peer_contender(peer.RAPIDOCR_ONNXRUNTIME, "RapidOCR 3.10.0 with ONNX Runtime, PP-OCRv6 small, in process"),
    _peer_contender(peer.RAPIDOCR_OPENVINO, "RapidOCR 3.10.0 with OpenVINO, PP-OCRv6 small, in process"),
    _peer_contender(peer.FASTER_PADDLE, "faster-paddle 1.0.4, PP-OCRv6 small, in process"),
    *_in_children("bound", "our bare models as published, on whole pictures, one a core", _WHOLE_PICTURES),
    *_in_children("rewritten", "our models as the engine rewrites them, on what it is given", _ONE_THREAD),
    *_in_children("in-process", "our pipeline in process"),
)
