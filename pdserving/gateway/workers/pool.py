"""All workers: which one is asked, what happens when it dies over a request, and what when there is none."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from pdserving.config.schema import Settings
from pdserving.errors import WorkerUnavailableError
from pdserving.gateway.deadline import Deadline, current_deadline
from pdserving.gateway.workers.fair_places import FairPlaces
from pdserving.gateway.workers.worker import Worker, WorkerLostError
from pdserving.protocol import Request, Response
from pdserving.supervision.launch import worker_socket

# A picture that kills workers is refused after two deaths. But each copy of it that comes at the same time may kill two
# workers, and so may each other such picture. One that was beside them each time is innocent, and gets its answer.
_ATTEMPTS = 10
_RETRY_PAUSE_S = 0.1  # by then the supervisor has noted what the dead worker computed
_LAST_MOMENT_S = 0.1  # before its deadline a request is told that there is no worker, and not that its time is up


class WorkerPool:
    """The workers of the service. They can be called between `async with` and its end.

    Args:
        settings: the configuration.
        sockets: the folder of the workers' sockets.
        on_retry: called whenever a request is sent to another worker.

    Attributes:
        places: the places in the pipelines of all connected workers.
    """

    def __init__(self, settings: Settings, sockets: Path, on_retry: Callable[[], None]) -> None:
        self._workers = [
            Worker(worker_socket(sockets, number), settings.limits, self._follow_change)
            for number in range(settings.workers)
        ]
        self._on_retry = on_retry
        self._places_each = settings.worker_num
        self.places = FairPlaces(0)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            for worker in self._workers:
                await stack.enter_async_context(worker)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def all(self) -> Sequence[Worker]:
        """The workers, by their number."""
        return self._workers

    async def call(self, request: Request) -> Response:
        """The answer of a worker, which may be an error, within the deadline of the request that it is for.

        A request changes nothing, so one whose worker is lost is sent to another. It waits here while no worker has a
        place for it.

        Raises:
            TimedOutError: the deadline came first.
            BodyTooLargeError: the request or its answer has more than `max_message_bytes`.
            WorkerUnavailableError: too many workers in turn were lost over it, or none was there up to its deadline.
        """
        deadline = current_deadline.get()
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._try(request, deadline)
            except WorkerLostError:
                if attempt < _ATTEMPTS:
                    self._on_retry()
                    await asyncio.sleep(_RETRY_PAUSE_S)
        raise WorkerUnavailableError(f"{_ATTEMPTS} workers in turn ended before they answered")

    async def _try(self, request: Request, deadline: Deadline) -> Response:
        try:
            async with asyncio.timeout_at(deadline.at - _LAST_MOMENT_S) as waiting, self.places.hold(deadline):
                waiting.reschedule(None)
                if not self._connected:  # the last one was lost at this moment
                    raise WorkerLostError
                return await min(self._connected, key=lambda worker: worker.in_flight).call(request)
        except TimeoutError:
            if not self._connected:
                message = f"no worker was ready within {deadline.source}, {deadline.seconds:g} s"
                raise WorkerUnavailableError(message) from None
            await asyncio.sleep(deadline.remaining_s)
            raise deadline.error() from None

    @property
    def _connected(self) -> list[Worker]:
        return [worker for worker in self._workers if worker.connected]

    def _follow_change(self) -> None:
        self.places.resize(self._places_each * len(self._connected))
