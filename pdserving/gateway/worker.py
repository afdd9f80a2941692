"""The worker, as the gateway calls it: the pipeline protocol over gRPC."""

from types import TracebackType
from typing import Self

import grpc

from pdserving.config.schema import Settings
from pdserving.errors import BodyTooLargeError, WorkerUnavailableError
from pdserving.gateway.deadline import current_deadline
from pdserving.gateway.fair_places import FairPlaces
from pdserving.gateway.worker_probe import WorkerProbe
from pdserving.networking import address, connectable
from pdserving.protocol import PipelineServiceStub, Request, Response


class Worker:
    """The worker that listens on `rpc_host` and `rpc_port`; connected between `async with` and its end.

    Attributes:
        places: in its pipeline.
    """

    def __init__(self, settings: Settings) -> None:
        self._limits = settings.limits
        self.places = FairPlaces(settings.worker_num)
        self._target = address(connectable(settings.rpc_host), settings.rpc_port)

    async def __aenter__(self) -> Self:
        options = [
            ("grpc.max_receive_message_length", self._limits.max_message_bytes),
            ("grpc.max_send_message_length", self._limits.max_message_bytes),
            ("grpc.enable_http_proxy", 0),
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
        try:
            async with self.places.hold(deadline):
                return await self._pipeline.inference(request, timeout=deadline.remaining_s)
        except grpc.aio.AioRpcError as error:
            if error.code() == grpc.StatusCode.DEADLINE_EXCEEDED:
                raise deadline.error() from None
            if error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED:
                raise BodyTooLargeError(f"the message exceeds max_message_bytes: {error.details()}") from None
            raise WorkerUnavailableError(f"no worker answers: {error.code().name}") from None
