"""The gateway's connection to one worker: the pipeline protocol over gRPC, and the worker's probe."""

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

PROBE_TIMEOUT_S = 1.0
"""Time in which a worker has to answer a probe."""

_RECONNECT_PAUSE_MS = 200  # a worker that is started again takes seconds; gRPC's own pauses grow to minutes

# What gRPC reports when a worker is killed, and when one that ends has no more time for its calls. Nothing else is
# reported so: what goes wrong with a request in a worker is an answer of status OK.
_LOST = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)


class WorkerLostError(Exception):
    """The worker ended before it answered."""


class WorkerProbe:
    """The worker's own gRPC service, which answers even while all places for requests are taken."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._metrics = channel.unary_unary(WORKER_METRICS)

    async def metrics(self) -> bytes:
        """The worker's metrics in Prometheus's text format.

        Raises:
            WorkerUnavailableError: the worker does not answer, or not in time.
        """
        try:
            answer: bytes = await self._metrics(b"", timeout=PROBE_TIMEOUT_S, wait_for_ready=True)
        except grpc.aio.AioRpcError as error:
            if error.code() == grpc.StatusCode.DEADLINE_EXCEEDED:
                raise WorkerUnavailableError(f"no worker answers within {PROBE_TIMEOUT_S:g} s") from None
            raise WorkerUnavailableError(f"no worker answers: {error.code().name}") from None
        return answer


class Worker:
    """The worker that serves at a unix socket. It can be called between `async with` and its end.

    Args:
        socket: the path of the socket.
        limits: the limits, of which that of messages is looked at.
        on_change: called whenever the worker is connected or its connection is lost.

    Attributes:
        in_flight: calls that the worker has not answered yet.
        connected: whether the worker takes calls. One that ends takes none while it finishes those it has.
        channel: the gRPC channel.
        probe: the worker's own service.
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
            TimedOutError: the deadline came first.
            BodyTooLargeError: the request or its answer has more than `max_message_bytes`.
            WorkerLostError: the worker ended; another one may be asked.
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
        """Connect whenever there is no connection, and tell of each change."""
        while True:
            state = self.channel.get_state(try_to_connect=True)
            connected = state == grpc.ChannelConnectivity.READY
            if connected != self.connected:
                self.connected = connected
                self._on_change()
            await self.channel.wait_for_state_change(state)
