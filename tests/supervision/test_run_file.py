"""`pdserving stop` waits for a service as long as that may take."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pdserving.supervision.run_file import running_services
from tests.support.paths import ROOT

pytestmark = pytest.mark.service

ENDLESS = """
import signal, sys
from pdserving.supervision.run_file import RunFile
signal.signal(signal.SIGTERM, lambda *_: print("told", flush=True))
with RunFile(9998, 0.3) as run_file:
    print("runs", flush=True)
    for line in sys.stdin:
        run_file.allow_to_stop(float(line))
        print("noted", flush=True)
"""


@pytest.fixture
def endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["subprocess.Popen[str]"]:
    """A process with a run file, in the working directory, that says when SIGTERM has come, and goes on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    command = [sys.executable, "-c", ENDLESS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "runs\n"
        yield process
        process.communicate(timeout=30)
        assert process.returncode == 0
    assert running_services() == {}


def allow_to_stop(process: "subprocess.Popen[str]", seconds: float) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{seconds}\n")
    process.stdin.flush()
    assert process.stdout.readline() == "noted\n"


def test_a_service_that_takes_longer_than_it_may_is_named_with_the_time(endless: "subprocess.Popen[str]") -> None:
    stopping = [sys.executable, "-m", "pdserving", "stop"]
    done = subprocess.run(stopping, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"error: process {endless.pid} still runs 1 s after it was told to stop" in done.stderr


def test_a_command_that_is_no_service_ends_when_its_terminal_does(endless: "subprocess.Popen[str]") -> None:
    allow_to_stop(endless, 1000)
    with subprocess.Popen([sys.executable, "-m", "pdserving", "stop"]) as stopping:
        assert endless.stdout is not None
        assert endless.stdout.readline() == "told\n"
        stopping.send_signal(signal.SIGHUP)
        assert stopping.wait(30) == -signal.SIGHUP


def test_the_longest_time_that_a_service_was_given_is_the_one_that_counts(endless: "subprocess.Popen[str]") -> None:
    for seconds, known in ((8.2, 9), (1000, 1000), (30, 1000)):
        allow_to_stop(endless, seconds)
        (service,) = running_services().values()
        assert (service.pid, service.stop_timeout_s) == (endless.pid, known)
