"""`serve` and `stop`: start worker and gateway, say when they answer, and end together."""

import signal
import subprocess
import time
from collections.abc import Callable

from pdserving.child import start_child
from pdserving.config.schema import Settings
from pdserving.networking import address, answers, connectable
from pdserving.protocol import SERVICE
from pdserving.setup_errors import SETUP_FAILED
from pdserving.stop_signal import StopSignal

START_TIMEOUT_S = 120  # of worker and gateway together; a slow disk needs a while for the first import of Paddle
STOP_TIMEOUT_S = 40  # of each process, above the time that it gives its requests to finish
POLL_S = 0.05

GATEWAY_MODULE = "pdserving.gateway"

Processes = dict[str, "subprocess.Popen[bytes]"]


def serve(settings: Settings, report: Callable[[str], None]) -> int:
    """Run the service until a signal stops it or one of its processes ends.

    Args:
        settings: the configuration; its addresses are free and its models are there.
        report: prints a line for the person at the terminal.

    Returns:
        The exit status: 0 after a signal, 1 when a process of the running service ended, 2 when one did not start.
    """
    started = time.monotonic()
    report(f"loading the models of profile {settings.profile}")
    stop = StopSignal()
    processes: Processes = {}
    try:
        for name, module in (("worker", settings.worker_module), ("gateway", GATEWAY_MODULE)):
            processes[name] = start_child(module, settings)
        failure = _wait_ready(processes, settings, stop)
        if failure is not None:
            report(f"error: {failure}; the service did not start")
            return SETUP_FAILED
        if not stop.wait(0):
            report(_ready_line(settings, time.monotonic() - started))
            failure = _wait_ended(processes, stop)
        if failure is not None:
            report(f"error: {failure}; the service stops")
            return 1
        report(f"stopping: {stop.name}")
        return 0
    finally:
        _stop(processes)


def _wait_ready(processes: Processes, settings: Settings, stop: StopSignal) -> str | None:
    """Wait until both addresses answer or a signal comes; the reason if neither comes to pass."""
    deadline = time.monotonic() + START_TIMEOUT_S
    addresses = [(settings.rpc_host, settings.rpc_port), (settings.http_host, settings.http_port)]
    while not all(answers(host, port) for host, port in addresses):
        ended = _ended(processes)
        if ended is not None:
            return ended
        if time.monotonic() > deadline:
            return f"not ready within {START_TIMEOUT_S} s"
        if stop.wait(POLL_S):
            break
    return None


def _wait_ended(processes: Processes, stop: StopSignal) -> str | None:
    """Wait until a process ends, and say which and how, or until a signal comes."""
    while not stop.wait(POLL_S):
        ended = _ended(processes)
        if ended is not None:
            return ended
    return None


def _ended(processes: Processes) -> str | None:
    for name, process in processes.items():
        status = process.poll()
        if status is not None:
            cause = f"by {signal.Signals(-status).name}" if status < 0 else f"with status {status}"
            return f"the {name} process ended {cause}"
    return None


def _stop(processes: Processes) -> None:
    """End the gateway first, so that what it has accepted still finds its worker."""
    for process in reversed(processes.values()):
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ready_line(settings: Settings, seconds: float) -> str:
    http = f"http://{address(connectable(settings.http_host), settings.http_port)}/{SERVICE}/prediction"
    rpc = address(connectable(settings.rpc_host), settings.rpc_port)
    return f"ready in {seconds:.1f} s, profile {settings.profile}: HTTP POST {http}, gRPC {rpc}"
