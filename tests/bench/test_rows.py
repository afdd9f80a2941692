"""The rounds of contenders."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from pdserving.bench.closed_loop import ContenderError
from pdserving.bench.contender import Contender
from pdserving.bench.measurement import Measurement
from pdserving.bench.processes import StartTimeoutError
from pdserving.bench.rows import run_rounds
from pdserving.bench.services import Levels
from pdserving.bench.task import Task


def run(tried: list[str], error: Exception | None, task: Task, names: Sequence[str]) -> Levels:
    tried.extend(names)
    if error is not None:
        raise error
    yield names[0], 1, Measurement(1, 1, 1, None, 1)


def test_one_that_fails_is_tried_again_unless_it_did_not_start_in_time(tmp_path: Path) -> None:
    tried: list[str] = []
    errors = {"good": None, "crashes": ContenderError("crashed"), "hangs": StartTimeoutError("did not start")}
    contenders = [Contender(name, "", "good", True, partial(run, tried, error)) for name, error in errors.items()]
    rows, busy = run_rounds(contenders, 2, Task((), (1,), 0, tmp_path, tmp_path, lambda _: None))
    assert tried == ["good", "crashes", "hangs", "good", "crashes"]
    assert len(rows["good", 1].rounds) == 2
    assert [rows[name, 1].failure for name in ("crashes", "hangs")] == ["round 2: crashed", "round 1: did not start"]
    assert len(busy) == 5
