"""Admission of calls at the port that is open to everybody: one too many is refused before its message is read."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc

from pdserving.admission import Admission, Place
from pdserving.errors import STATUS, OverloadedError
from pdserving.protocol import ERR_NO, RETRY_AFTER, RETRY_PUSHBACK, RPC_INFERENCE

Behaviour = Callable[[Iterator[Any], grpc.ServicerContext], Any]
Answer = Callable[[Iterator[Any], grpc.ServicerContext, float], Any]
"""`OcrServicer.inference`, with the time when the call came."""


class PublicAdmission(grpc.ServerInterceptor):  # type: ignore[misc]  # gRPC is untyped
    """Lets as many calls of `inference` in as there are places; the last of a server's interceptors.

    A refusal has the status RESOURCE_EXHAUSTED, which is what retry policies, proxies and meshes act on: an `err_no` in
    an answer of status OK would be a success to all of them. Its trailing metadata say when to come back, to gRPC's
    own retries too.

    Args:
        admission: the places.
        timeout_s: the time that a call has for its message to come, after which it is cancelled.
        on_refusal: called for each refusal.
    """

    def __init__(self, admission: Admission, timeout_s: float, on_refusal: Callable[[], None]) -> None:
        self._admission = admission
        self._timeout_s = timeout_s
        self._on_refusal = on_refusal
        self._threads = ThreadPoolExecutor(1, "refusals")  # those of the pipeline are all taken

    def intercept_service(
        self, continuation: Callable[[Any], grpc.RpcMethodHandler | None], details: Any
    ) -> grpc.RpcMethodHandler | None:
        """The handler of a call, or one that refuses it."""
        handler = continuation(details)
        if handler is None or details.method != RPC_INFERENCE:
            return handler
        try:
            place = self._admission.enter()
        except OverloadedError as error:
            self._on_refusal()
            return grpc.stream_unary_rpc_method_handler(_Refusal(error, self._threads))
        return grpc.stream_unary_rpc_method_handler(
            _placed(handler.stream_unary, place, self._timeout_s),
            handler.request_deserializer,
            handler.response_serializer,
        )


class _Refusal:
    """The behaviour of a refused call. A stream to gRPC, so that nothing waits for the message."""

    def __init__(self, error: OverloadedError, threads: ThreadPoolExecutor) -> None:
        self._error = error
        self.experimental_thread_pool = threads  # gRPC looks for this attribute

    def __call__(self, messages: Iterator[Any], context: grpc.ServicerContext) -> None:
        seconds = self._error.retry_after_s
        context.set_trailing_metadata(
            (
                (ERR_NO, str(STATUS[self._error.code].err_no)),
                (RETRY_AFTER, str(seconds)),
                (RETRY_PUSHBACK, str(1000 * seconds)),
            )
        )
        context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, str(self._error))


def _placed(answer: Answer, place: Place, timeout_s: float) -> Behaviour:
    arrived = time.monotonic()

    def behaviour(messages: Iterator[Any], context: grpc.ServicerContext) -> Any:
        with place:
            return answer(_in_time(messages, context, timeout_s), context, arrived)

    return behaviour


def _in_time(messages: Iterator[Any], context: grpc.ServicerContext, timeout_s: float) -> Iterator[Any]:
    """The one message of a call. Who sends none would keep a thread of the pipeline for ever."""
    timer = threading.Timer(timeout_s, context.cancel)
    timer.daemon = True
    timer.start()
    try:
        message = next(messages)
    except StopIteration:
        return
    finally:
        timer.cancel()
    yield message
