"""Admission of calls at the port that is open to everybody: one too many is refused before its message is read."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import grpc

from pdserving.admission import Admission, Place
from pdserving.errors import OverloadedError
from pdserving.pipeline.refusal import refusing_handler
from pdserving.protocol import RPC_INFERENCE

Behaviour = Callable[[Iterator[Any], grpc.ServicerContext], Any]
Answer = Callable[[Iterator[Any], grpc.ServicerContext, float], Any]
"""`OcrServicer.inference`, with the time when the call came."""


class PublicAdmission(grpc.ServerInterceptor):  # type: ignore[misc]  # gRPC is untyped
    """Lets as many calls of `inference` in as there are places; the last of a server's interceptors.

    Args:
        admission: the places.
        timeout_s: the time that a call has for its message to come, after which it is cancelled.
        on_refusal: called for each refusal.
    """

    def __init__(self, admission: Admission, timeout_s: float, on_refusal: Callable[[], None]) -> None:
        self._admission = admission
        self._timeout_s = timeout_s
        self._on_refusal = on_refusal

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
            return refusing_handler(error)
        return grpc.stream_unary_rpc_method_handler(
            _placed(handler.stream_unary, place, self._timeout_s),
            handler.request_deserializer,
            handler.response_serializer,
        )


def _placed(answer: Answer, place: Place, timeout_s: float) -> Behaviour:
    arrived = time.monotonic()

    def behaviour(messages: Iterator[Any], context: grpc.ServicerContext) -> Any:
        with place:
            return answer(_in_time(messages, context, timeout_s), context, arrived)

    return behaviour


def _in_time(messages: Iterator[Any], context: grpc.ServicerContext, timeout_s: float) -> Iterator[Any]:
    """The one message of a call. Who sends none would keep the call's place for ever."""
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
