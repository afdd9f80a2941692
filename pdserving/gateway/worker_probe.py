"""Asks the worker how it is."""

import grpc

from pdserving.errors import WorkerUnavailableError
from pdserving.protocol import WORKER_METRICS

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
