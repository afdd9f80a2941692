"""The pipeline's gRPC method: every request gets a response, an error at worst."""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import grpc
from paddle_serving_server.pipeline.dag import DAGExecutor

from pdserving.config.schema import Settings
from pdserving.errors import BodyInvalidError, ClientGoneError, RequestError, WrongServiceError, client_error
from pdserving.pipeline.compute_pool import ComputePool
from pdserving.pipeline.metrics import WorkerMetrics
from pdserving.pipeline.page import Lifetime
from pdserving.pipeline.request_op import PendingRequest, Trial
from pdserving.pipeline.response_op import error_response
from pdserving.protocol import SERVICE, Request, Response
from pdserving.supervision.strikes import Strikes
from pdserving.worker.message_check import read_request

Messages = Iterator[Request | RequestError]
Answer = Callable[[Messages, grpc.ServicerContext], Response]

_NO_MESSAGE = BodyInvalidError("the call has no message; accepted: a pipeline Request")

_log = logging.getLogger(__name__)


class OcrServicer:
    """The method `inference`.

    Args:
        executor: the DAG.
        pool: the threads that compute; it counts the requests in the pipeline.
        settings: the configuration.
        strikes: the pictures that workers died of; None where nobody keeps count.
    """

    def __init__(
        self, executor: DAGExecutor, pool: ComputePool, settings: Settings, strikes: Strikes | None = None
    ) -> None:
        self._executor = executor
        self._pool = pool
        self._limits = settings.limits
        self._strikes = strikes
        self._threads = _RequestThreads(settings.worker_num, pool.metrics)

    def handler(self, answer: Answer | None = None) -> grpc.RpcMethodHandler:
        """The method as gRPC calls it.

        To gRPC it is a stream of messages in. A handler of calls with one message would not learn, while it answers,
        that its client has gone.

        Args:
            answer: what answers a call, in the place of `inference`.
        """
        return grpc.stream_unary_rpc_method_handler(
            answer or self.inference,
            request_deserializer=partial(read_request, max_bytes=self._limits.max_message_bytes),
            response_serializer=Response.SerializeToString,
        )

    def inference(self, messages: Messages, context: grpc.ServicerContext, arrived: float | None = None) -> Response:
        """Answer the one message of a call.

        The call waits for its message, and then for a place in the pipeline, in a thread of its own. In the pipeline's
        threads, clients that send nothing, or slowly, would keep the others out.

        Args:
            messages: the call's messages, of which there is one.
            context: the call, as gRPC has it.
            arrived: when the call came, by `time.monotonic`; None: now.
        """
        now = time.monotonic()
        deadline = (now if arrived is None else arrived) + self._limits.request_timeout_s
        if (remaining_s := context.time_remaining()) is not None:
            deadline = min(deadline, now + remaining_s)
        lifetime = Lifetime(deadline, context.is_active)
        try:
            lifetime.check()
            return self._threads.submit(self._answer_in_time, next(messages, _NO_MESSAGE), lifetime).result()
        except grpc.RpcError:  # by `next`
            lifetime.dropped = "client_gone"
            return error_response(ClientGoneError("the client has gone"))
        except RequestError as error:
            return error_response(error)
        finally:
            if lifetime.dropped is not None:
                self._pool.metrics.count_drop(lifetime.dropped)

    def _answer_in_time(self, request: Request | RequestError, lifetime: Lifetime) -> Response:
        lifetime.check()  # it may have waited long
        return self.answer(request, lifetime)

    def answer(self, request: Request | RequestError, lifetime: Lifetime) -> Response:
        """Answer one pipeline request."""
        if isinstance(request, RequestError):
            return error_response(request)
        if request.name not in ("", SERVICE):
            return error_response(WrongServiceError(f"no service {request.name[:80]!r}; accepted: {SERVICE}"))
        trial = Trial(self._strikes)
        try:
            with self._pool.in_flight:
                response = self._executor.call(PendingRequest(request, lifetime, trial))
            if lifetime.dropped is None:
                trial.acquit()
            return response
        except Exception as error:
            _log.exception("logid=%s: the pipeline failed", request.logid)
            return error_response(client_error(error))


class _RequestThreads(ThreadPoolExecutor):
    """The threads that bring requests into the pipeline: a request keeps its thread as long as it is in there.

    Args:
        count: how many requests the pipeline has at a time.
        metrics: told of the requests that no thread has taken yet.
    """

    def __init__(self, count: int, metrics: WorkerMetrics) -> None:
        super().__init__(count, "pipeline")
        self._metrics = metrics

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self._metrics.count_waiting(1)
        try:
            return super().submit(self._begin, fn, args, kwargs)
        except BaseException:  # the threads are being shut down
            self._metrics.count_waiting(-1)
            raise

    def _begin(self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self._metrics.count_waiting(-1)
        return fn(*args, **kwargs)
