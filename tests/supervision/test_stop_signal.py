"""A process that waits for its stop signal always gets it."""

import signal
import subprocess
import sys
import time

from tests.running import ROOT

WAITING = """
import sys
from pdserving.supervision.stop_signal import StopSignal
stop = StopSignal()
print("ready", flush=True)
while not stop.wait(0.0001):
    pass
print(stop.name, flush=True)
sys.stdin.read()
"""


def test_signals_at_any_moment_and_in_any_number_are_received() -> None:
    for delay in range(20):
        command = [sys.executable, "-c", WAITING]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(delay / 7919)  # so that the signals come at different moments of the wait
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
                process.send_signal(number)
            assert process.stdout.readline() in (b"SIGTERM\n", b"SIGINT\n")
            process.communicate(timeout=30)
            assert process.returncode == 0
