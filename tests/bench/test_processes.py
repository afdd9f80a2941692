"""What is told of a contender's process that ends, or does not come up."""

import sys
import time
from pathlib import Path

import pytest

from pdserving.bench.closed_loop import ContenderError
from pdserving.bench.processes import StartTimeoutError, how_it_ended, running, wait_done, wait_ready

SERVE = """\
loading the models of profile ppocrv4
error: configs/tensorrt.yml: libnvinfer.so is not there
{"level": "error", "message": "worker 0 ended with status 2"}
error: the worker process ended with status 2; the service did not start
"""


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (SERVE, "ended with status 2: error: configs/tensorrt.yml: libnvinfer.so is not there"),
        ("MemoryError: 2 GB\nended\n", "ended with status 2: MemoryError: 2 GB"),
        ("one\nlast words\n\n", "ended with status 2: last words"),
        ("", "ended with status 2"),
    ],
)
def test_the_last_line_of_an_error_is_told_of_a_process_that_ended(tmp_path: Path, written: str, told: str) -> None:
    log = tmp_path / "log"
    with running([sys.executable, "-c", f"print(end={written!r}); exit(2)"], log, grace_s=60) as process:
        assert how_it_ended(process, log) == told


def test_one_that_is_not_ready_in_time_is_said_to_be_so_with_its_last_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-c", "import time; print('building engines', flush=True); time.sleep(600)"]
    with running(command, log, grace_s=0) as process:
        while not log.read_text():
            time.sleep(0.02)
        with pytest.raises(StartTimeoutError, match=r"^did not start within 0 s: building engines$"):
            wait_ready(process, log, lambda: False, timeout_s=0)


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("import time; time.sleep(60)", "hangs: not done within 1 s"),
        ("raise SystemExit('no memory')", "crashed: ended with status 1: no memory"),
        ("print('done')", "crashed: ended with status 0: done"),
    ],
)
def test_one_that_leaves_no_result_is_said_to_hang_or_to_have_crashed(tmp_path: Path, program: str, told: str) -> None:
    log = tmp_path / "log"
    with (
        running([sys.executable, "-c", program], log, 1) as process,
        pytest.raises(ContenderError) as failed,
    ):
        wait_done(process, log, tmp_path / "result.json", timeout_s=1 if "sleep" in program else 60)
    assert str(failed.value) == told


def test_one_that_leaves_its_result_is_done(tmp_path: Path) -> None:
    log, result = tmp_path / "log", tmp_path / "result.json"
    with running([sys.executable, "-c", f"open({str(result)!r}, 'w')"], log, 1) as process:
        wait_done(process, log, result, timeout_s=60)
    assert result.is_file()
