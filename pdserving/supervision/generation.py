"""A generation: the gateway and the workers of one configuration, which start, serve and stop together."""

import shutil
from pathlib import Path

from pdserving.config.schema import Settings
from pdserving.supervision.launch import Launch, process_stop_timeout_s
from pdserving.supervision.process import Process
from pdserving.supervision.restarts import Restarts
from pdserving.supervision.scratch import ScratchError
from pdserving.supervision.slot import Slot

_START_TIMEOUT_S = 120  # until a process serves; a slow disk needs a while for the first import of Paddle

_GATEWAY_MODULE = "pdserving.gateway"


class Generation:
    """A gateway and `workers` workers.

    Args:
        settings: their configuration.
        folder: the service's scratch folder.
        number: the generation's number; the first is 1.
        http_fd: the bound socket that the gateway listens on, which generations share.
        restarts: where restarts are counted.
        replaces: whether it takes the place of another generation. If so, its gateway starts once its workers serve,
            because it takes connections as soon as it runs. Else all start at once.

    Raises:
        ScratchError: there is no room for its sockets.
    """

    def __init__(
        self, settings: Settings, folder: Path, number: int, http_fd: int, restarts: Restarts, replaces: bool
    ) -> None:
        self.settings = settings
        self._stop_timeout_s = process_stop_timeout_s(settings)
        self._sockets = sockets = folder / str(number)
        try:
            sockets.mkdir()
        except OSError as error:
            raise ScratchError(f"the scratch folder takes no sockets: {error}") from None

        def slot(kind: str, module: str, worker: int, fd: int | None = None) -> Slot:
            launch = Launch(settings=settings, folder=folder, sockets=sockets, number=worker, status_fd=-1, http_fd=fd)
            return Slot(kind, module, launch, restarts, _START_TIMEOUT_S, settings.hang_s)

        self._workers = [slot("worker", settings.worker_module, worker) for worker in range(settings.workers)]
        self._gateway = slot("gateway", _GATEWAY_MODULE, 0, http_fd)
        for worker in self._workers:
            worker.start()
        self._gateway_waits = replaces
        if not replaces:
            self._gateway.start()
        self._stopping = False

    @property
    def ready(self) -> bool:
        """Whether all its processes serve."""
        return all(slot.ready for slot in self._slots)

    @property
    def failure(self) -> str | None:
        """How one of its processes ended; None if none did."""
        return next((slot.failure for slot in self._slots if slot.failure is not None), None)

    @property
    def ended(self) -> bool:
        """Whether it was stopped and all its processes are gone."""
        return all(slot.ended for slot in self._slots)

    @property
    def accepts(self) -> bool:
        """Whether one of its processes accepts requests from outside, as it may for a moment after `stop`."""
        return any(process.ready and not process.port_closed for process in self.processes)

    @property
    def processes(self) -> list[Process]:
        """Its processes that run."""
        return [slot.process for slot in self._slots if slot.process is not None]

    def stop(self) -> None:
        """Accept no more, and finish: the gateway first, whose requests still need the workers."""
        self._stopping = True
        self._gateway.stop()
        for worker in self._workers:
            if worker.process is not None:
                worker.process.close_public_port()

    def abandon(self) -> None:
        """Kill all its processes."""
        self._stopping = True
        for slot in self._slots:
            slot.stop()
            if slot.process is not None:
                slot.process.kill()

    def clear(self) -> None:
        """Remove its sockets; to be called when it has ended."""
        shutil.rmtree(self._sockets, ignore_errors=True)

    def tick(self) -> None:
        """Notice what has happened, and do what follows from it."""
        for slot in self._slots:
            slot.tick(self._stop_timeout_s)
        if self._gateway_waits and not self._stopping and all(worker.ready for worker in self._workers):
            self._gateway_waits = False
            self._gateway.start()
        if self._stopping and self._gateway.ended:
            for worker in self._workers:
                worker.stop()

    @property
    def _slots(self) -> list[Slot]:
        return [*self._workers, self._gateway]
