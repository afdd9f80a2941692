"""One worker, as the gateway calls it: the pipeline protocol over gRPC."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import grpc

from pdserving.config.schema import Limits
from pdserving.errors import BodyTooLargeError, WorkerUnavailableError
from pdserving.gateway.deadline import current_deadline
from pdserving.protocol import WORKER_METRICS, PipelineServiceStub, Request, Response

_RECONNECT_PAUSE_MS = 200  # a worker that is started again takes seconds; gRPC's own pauses grow to minutes

# What gRPC reports when a worker is killed, and when one that ends has no more time for its calls. Nothing else does:
# what befalls a request in a worker is an answer of status OK.
_LOST = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)


class WorkerLostError(Exception):
    """The worker ended before it answered."""


class Worker:
    """The worker that serves at a unix socket; connected between `async with` and its end.

    Args:
        socket: where it serves.
        limits: of messages.
        on_change: called when it is connected, and when it is not any more.

    Attributes:
        in_flight: calls that it has not answered yet.
        connected: whether it takes calls. One that ends takes none while it finishes those it has.
    """

    def __init__(self, socket: Path, limits: Limits, on_change: Callable[[], None]) -> None:
        self.in_flight = 0
        self.connected = False
        self._limits = limits
        self._on_change = on_change
        self._target = f"unix:{socket}"

    async def __aenter__(self) -> Self:
        options = [
            ("grpc.max_receive_message_length", self._limits.max_message_bytes),
            ("grpc.max_send_message_length", self._limits.max_message_bytes),
            ("grpc.initial_reconnect_backoff_ms", _RECONNECT_PAUSE_MS),
            ("grpc.max_reconnect_backoff_ms", _RECONNECT_PAUSE_MS),
        ]
        self.channel = grpc.aio.insecure_channel(self._target, options=options)
        self._pipeline = PipelineServiceStub(self.channel)
        self.probe = WorkerProbe(self.channel)
        self._watch = asyncio.create_task(self._follow_connection())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watch.cancel()
        await asyncio.gather(self._watch, return_exceptions=True)
        await self.channel.close()

    async def call(self, request: Request) -> Response:
        """The worker's answer, which may be an error, within the deadline of the request that it is for.

        Raises:
            TimedOutError, BodyTooLargeError: as their names say.
            WorkerLostError: another worker may be asked.
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
            if error.code() in _LOST:
                raise WorkerLostError(f"{error.code().name}: {error.details()}") from None
            raise
        finally:
            self.in_flight -= 1

    async def _follow_connection(self) -> None:
        """Connect, again whenever the connection is lost, and tell of both."""
        while True:
            state = self.channel.get_state(try_to_connect=True)
            connected = state == grpc.ChannelConnectivity.READY
            if connected != self.connected:
                self.connected = connected
                self._on_change()
            await self.channel.wait_for_state_change(state)


TIMEOUT_S = 1.0


class WorkerProbe:
    """The worker's own gRPC service, which answers also while all places for requests are taken."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._metrics = channel.unary_unary(WORKER_METRICS)

    async def metrics(self) -> bytes:
        """The worker's metrics in Prometheus's text format.

        Raises:
            WorkerUnavailableError: it does not answer, or not in time.
        """
        try:
            answer: bytes = await self._metrics(b"", timeout=TIMEOUT_S, wait_for_ready=True)
        except grpc.aio.AioRpcError as error:
            if error.code() == grpc.StatusCode.DEADLINE_EXCEEDED:
                raise WorkerUnavailableError(f"no worker answers within {TIMEOUT_S:g} s") from None
            raise WorkerUnavailableError(f"no worker answers: {error.code().name}") from None
        return answer
