"""`serve` and `stop`: start worker and gateway, say when they answer, and end together."""

import signal
import subprocess
import time
from collections.abc import Callable
from types import FrameType

from pdserving.child import start_child
from pdserving.config.schema import Settings
from pdserving.networking import answers, connectable
from pdserving.protocol import SERVICE
from pdserving.run_file import RunFile
from pdserving.setup_errors import SETUP_FAILED

START_TIMEOUT_S = 120  # of worker and gateway together; a slow disk needs a while for the first import of Paddle
STOP_TIMEOUT_S = 40  # of each process, above the time that it gives its requests to finish
POLL_S = 0.05

GATEWAY_MODULE = "pdserving.gateway"


class Stopped(Exception):  # noqa: N818  # not an error: somebody asked for it
    """A signal asked the service to stop."""


def serve(settings: Settings, report: Callable[[str], None]) -> int:
    """Run the service until a signal stops it or one of its processes ends.

    Args:
        settings: the configuration; its addresses are free and its models are there.
        report: prints a line for the person at the terminal.

    Returns:
        The exit status: 0 after a signal, 1 when a process of the running service ended, 2 when one did not start.
    """
    started = time.monotonic()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _raise_stopped)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    with RunFile(settings.http_port):
        try:
            for name, module in (("worker", settings.worker_module), ("gateway", GATEWAY_MODULE)):
                processes[name] = start_child(module, settings)
            ended = _wait_ready(processes, settings)
            if ended is not None:
                report(f"error: {ended}; the service did not start")
                return SETUP_FAILED
            report(_ready_line(settings, time.monotonic() - started))
            report(f"error: {_wait_ended(processes)}; the service stops")
            return 1
        except Stopped as stopped:
            report(f"stopping: {stopped}")
            return 0
        finally:
            _stop(processes)


def _wait_ready(processes: dict[str, "subprocess.Popen[bytes]"], settings: Settings) -> str | None:
    """Wait until both addresses answer; the reason if that does not come to pass."""
    deadline = time.monotonic() + START_TIMEOUT_S
    addresses = [(settings.rpc_host, settings.rpc_port), (settings.http_host, settings.http_port)]
    while not all(answers(host, port) for host, port in addresses):
        ended = _ended(processes)
        if ended is not None:
            return ended
        if time.monotonic() > deadline:
            return f"not ready within {START_TIMEOUT_S} s"
        time.sleep(POLL_S)
    return None


def _wait_ended(processes: dict[str, "subprocess.Popen[bytes]"]) -> str:
    while (ended := _ended(processes)) is None:
        time.sleep(POLL_S)
    return ended


def _ended(processes: dict[str, "subprocess.Popen[bytes]"]) -> str | None:
    for name, process in processes.items():
        status = process.poll()
        if status is not None:
            cause = f"by {signal.Signals(-status).name}" if status < 0 else f"with status {status}"
            return f"the {name} process ended {cause}"
    return None


def _stop(processes: dict[str, "subprocess.Popen[bytes]"]) -> None:
    """End the gateway first, so that what it has accepted still finds its worker."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    for process in reversed(processes.values()):
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ready_line(settings: Settings, seconds: float) -> str:
    http = f"http://{connectable(settings.http_host)}:{settings.http_port}/{SERVICE}/prediction"
    rpc = f"{connectable(settings.rpc_host)}:{settings.rpc_port}"
    return f"ready in {seconds:.1f} s, profile {settings.profile}: HTTP POST {http}, gRPC {rpc}"


def _raise_stopped(number: int, _: FrameType | None) -> None:
    raise Stopped(signal.Signals(number).name)
