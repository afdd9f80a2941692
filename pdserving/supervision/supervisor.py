"""The supervisor: starts workers and gateway, replaces what dies or hangs, reloads the configuration, ends in order."""

import select
import time
from collections.abc import Callable

from pdserving.config.schema import HUB_SERVICES, Settings
from pdserving.networking import address, bound_socket, connectable, reserved_port
from pdserving.setup_errors import SETUP_FAILED, SetupError
from pdserving.supervision.generation import Generation
from pdserving.supervision.reload_file import ReloadFile
from pdserving.supervision.restarts import Restarts
from pdserving.supervision.scratch import Scratch
from pdserving.supervision.signals import RELOAD, Signals

_TICK_S = 0.1  # within which is noticed what nothing announces: a hang, and the end of a pause
_FIXED = ("http_host", "http_port", "rpc_host", "rpc_port")
"""Keys that a reload cannot change: the supervisor keeps their sockets as long as it runs."""

Report = Callable[[str], None]
"""Prints a line for the person at the terminal."""


class Supervisor:
    """The process of `pdserving serve`.

    Args:
        settings: the configuration; its addresses are free and its models are there.
        load: reads the configuration again, for a reload; raises SetupError.
        follow: lets this process itself follow the configuration that a reload has brought.
        reloads: where the outcome of a reload is told.
        report: prints a line for the person at the terminal.
    """

    def __init__(
        self,
        settings: Settings,
        load: Callable[[], Settings],
        follow: Callable[[Settings], None],
        reloads: ReloadFile,
        report: Report,
    ) -> None:
        self._settings = settings
        self._load = load
        self._follow = follow
        self._reloads = reloads
        self._report = report
        self._numbers = 0
        self._old: list[Generation] = []

    def run(self) -> int:
        """Serve until a signal says to stop.

        Returns:
            The exit status: 0 after a signal, 2 when a process did not start.
        """
        settings = self._settings
        self._report(f"loading the models of profile {settings.profile}")
        with (
            Scratch() as scratch,
            Signals(RELOAD) as self._signals,
            bound_socket(settings.http_host, settings.http_port) as self._http,
            # Else another process could have the port whenever no worker listens.
            reserved_port(settings.rpc_host, settings.rpc_port),
        ):
            self._folder = scratch.path
            return self._serve()

    def _serve(self) -> int:
        started = time.monotonic()
        self._restarts = Restarts(self._folder)
        current = self._start(self._settings, replaces=False)
        try:
            failure = self._until_ready(current)
            if failure is not None:
                self._report(f"error: {failure}; the service did not start")
                return SETUP_FAILED
            if not self._signals.stop:
                self._report(_ready_line(self._settings, time.monotonic() - started))
            while not self._signals.stop:
                self._wait(current)
                # Once what the last reload replaced is gone: there is memory for two generations, not for three.
                if not self._old and self._signals.take(RELOAD):
                    current = self._reload(current)
            self._report(f"stopping: {self._signals.stop}")
            current.stop()
            while not (current.ended and not self._old):
                self._wait(current)
            return 0
        finally:
            for generation in (current, *self._old):
                generation.abandon()
            while not all(generation.ended for generation in (current, *self._old)):
                self._wait(current)

    def _start(self, settings: Settings, replaces: bool) -> Generation:
        self._numbers += 1
        return Generation(settings, self._folder, self._numbers, self._http.fileno(), self._restarts, replaces)

    def _until_ready(self, generation: Generation, *others: Generation) -> str | None:
        """Wait until all processes of a generation serve, or a signal says to stop; None, or why one does not serve."""
        while not generation.ready and not self._signals.stop:
            self._wait(generation, *others)
            if generation.failure is not None:
                return generation.failure
        return None

    def _reload(self, current: Generation) -> Generation:
        """The generation that serves from now on: a new one, or `current` if that does not come up."""
        new: Generation | None = None
        failure: str | None
        self._reloads.begin()
        try:
            settings = self._load()
            failure = self._refusal(settings)
            if failure is None:
                self._report(f"reloading: loading the models of profile {settings.profile}")
                new = self._start(settings, replaces=True)
        except SetupError as error:
            failure = str(error)
        if new is not None:
            failure = self._until_ready(new, current)
            if self._signals.stop:
                failure = f"{self._signals.stop} came first"
            if failure is None:
                self._settings = settings
                self._follow(settings)
                current.stop()
                self._old.append(current)
                # Whoever asks from now on is answered by the new configuration.
                while current.accepts and not self._signals.stop:
                    self._wait(new)
                self._report(f"reloaded, profile {settings.profile}")
                self._reloads.end(None)
                return new
            new.abandon()
            self._old.append(new)
        self._report(f"error: not reloaded, the service goes on as it was: {failure}")
        self._reloads.end(failure)
        return current

    def _refusal(self, settings: Settings) -> str | None:
        for key in _FIXED:
            value, fixed = getattr(settings, key), getattr(self._settings, key)
            if value != fixed:
                return f"{key}: {value!r}; accepted without a restart: {fixed!r}, as it is now"
        return None

    def _wait(self, *generations: Generation) -> None:
        """Sleep until something happens, and do what follows from it."""
        watched = [*generations, *self._old]
        processes = [process for generation in watched for process in generation.processes]
        pipes = [process.fileno() for process in processes if not process.closed]
        select.select([self._signals.fileno(), *pipes], [], [], _TICK_S)
        self._signals.receive()
        for generation in watched:
            generation.tick()
        for generation in self._old:
            if generation.ended:
                generation.clear()
        self._old = [generation for generation in self._old if not generation.ended]


def _ready_line(settings: Settings, seconds: float) -> str:
    scheme = "https" if settings.security.tls_cert else "http"
    http = f"{scheme}://{address(connectable(settings.http_host), settings.http_port)}"
    rpc = address(connectable(settings.rpc_host), settings.rpc_port)
    lines = [f"ready in {seconds:.1f} s, profile {settings.profile}: {http}/ (routes at /docs), gRPC {rpc}"]
    if settings.hub_services != HUB_SERVICES:
        lines += [f"module {service.name}: POST {http}/predict/{service.name}" for service in settings.hub_services]
    return "\n".join(lines)
