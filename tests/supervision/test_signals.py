"""A process that waits for signals always gets them."""

import signal
import subprocess
import sys
import time

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.service

WAITING = """
import sys
from pdserving.supervision.signals import RELOAD, Signals
with Signals(RELOAD) as signals:
    print("ready", flush=True)
    reloads = 0
    while not signals.stop:
        signals.wait()
        reloads += signals.take(RELOAD)
    print(reloads, signals.stop, flush=True)
    sys.stdin.read()
"""


def test_signals_at_any_moment_and_in_any_number_are_received() -> None:
    for delay in range(20):
        command = [sys.executable, "-c", WAITING]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(delay / 7919)  # so that the signals come at different moments of the wait
            for number in (signal.SIGHUP, signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
                process.send_signal(number)
            assert process.stdout.readline() in (b"1 SIGTERM\n", b"2 SIGTERM\n", b"1 SIGINT\n", b"2 SIGINT\n")
            process.communicate(timeout=30)
            assert process.returncode == 0
