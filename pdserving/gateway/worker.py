"""The workers, as the gateway calls them: the pipeline protocol over gRPC."""

from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import grpc

from pdserving.config.schema import Limits, Settings
from pdserving.errors import BodyTooLargeError, WorkerUnavailableError
from pdserving.gateway.deadline import current_deadline
from pdserving.gateway.fair_places import FairPlaces
from pdserving.gateway.worker_probe import WorkerProbe
from pdserving.protocol import PipelineServiceStub, Request, Response
from pdserving.supervision.launch import worker_socket

LONGEST_RECONNECT_PAUSE_MS = 500  # a worker that is started again takes seconds; gRPC's own pauses grow to minutes


class Worker:
    """The worker that serves at a unix socket; connected between `async with` and its end.

    Attributes:
        in_flight: calls that it has not answered yet.
    """

    def __init__(self, socket: Path, limits: Limits) -> None:
        self.in_flight = 0
        self._limits = limits
        self._target = f"unix:{socket}"

    async def __aenter__(self) -> Self:
        options = [
            ("grpc.max_receive_message_length", self._limits.max_message_bytes),
            ("grpc.max_send_message_length", self._limits.max_message_bytes),
            ("grpc.max_reconnect_backoff_ms", LONGEST_RECONNECT_PAUSE_MS),
        ]
        self.channel = grpc.aio.insecure_channel(self._target, options=options)
        self._pipeline = PipelineServiceStub(self.channel)
        self.probe = WorkerProbe(self.channel)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.channel.close()

    async def call(self, request: Request) -> Response:
        """The worker's answer, which may be an error, within the deadline of the request that it is for.

        Raises:
            TimedOutError, WorkerUnavailableError, BodyTooLargeError: as their names say.
        """
        deadline = current_deadline.get()
        self.in_flight += 1
        try:
            return await self._pipeline.inference(request, timeout=deadline.remaining_s)
        except grpc.aio.AioRpcError as error:
            if error.code() == grpc.StatusCode.DEADLINE_EXCEEDED:
                raise deadline.error() from None
            # At its private socket a worker refuses nothing, so this is gRPC's own limit.
            if error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED:
                raise BodyTooLargeError(f"the message exceeds max_message_bytes: {error.details()}") from None
            raise WorkerUnavailableError(f"no worker answers: {error.code().name}") from None
        finally:
            self.in_flight -= 1


class Workers:
    """All workers of the service; connected between `async with` and its end.

    Attributes:
        places: in their pipelines.
    """

    def __init__(self, settings: Settings, sockets: Path) -> None:
        self._workers = [Worker(worker_socket(sockets, number), settings.limits) for number in range(settings.workers)]
        self.places = FairPlaces(settings.workers * settings.worker_num)

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
    def probe(self) -> WorkerProbe:
        """Asks the first worker how it is."""
        return self._workers[0].probe

    async def call(self, request: Request) -> Response:
        """The answer of the worker with the fewest calls in flight; raises as it does."""
        async with self.places.hold(current_deadline.get()):
            return await min(self._workers, key=lambda worker: worker.in_flight).call(request)
