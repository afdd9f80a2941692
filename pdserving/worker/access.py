"""Who is let in at the port that is open to everybody, and how the others are refused.

A call is refused by a gRPC status, `UNAUTHENTICATED` or `RESOURCE_EXHAUSTED`, and not by a pipeline `Response`. Retry
policies, proxies and meshes act on a status; an `err_no` in an answer of status OK would be a success to all of them.
The status comes before anything of the message is read, which from a stranger may be 64 MiB. The trailing metadata has
the error's number, `err-no`, and says when to come back, in seconds and for gRPC's own retries.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

import grpc

from pdserving.admission import Admission, Place
from pdserving.config.schema import Limits
from pdserving.errors import OverloadedError, RateLimitedError, TryLaterError, UnauthenticatedError
from pdserving.protocol import ERR_NO, RETRY_AFTER, RETRY_PUSHBACK, RPC_INFERENCE, Response
from pdserving.security.guard import Guard
from pdserving.worker.servicer import Answer, Messages, OcrServicer

Refused = UnauthenticatedError | TryLaterError

_THREADS = ThreadPoolExecutor(1, "refusals")  # those of the pipeline may all be taken

_log = logging.getLogger(__name__)


class PublicAccess(grpc.GenericRpcHandler):  # type: ignore[misc]  # gRPC is untyped
    """The first handler of the public server: lets calls in by their keys, their callers' rates and free places.

    A caller without a key takes no place. gRPC tells a caller's address only when the call has been let in, so the rate
    of an address is asked for then.

    Args:
        servicer: answers the calls that are let in.
        guard: knows keys and rates.
        admission: gives places to calls.
        limits: a call has `request_timeout_s` for its message to come, after which it is cancelled.
        on_refusal: called for each call that there is no place for.
    """

    def __init__(
        self,
        servicer: OcrServicer,
        guard: Guard,
        admission: Admission,
        limits: Limits,
        on_refusal: Callable[[], None],
    ) -> None:
        self._servicer = servicer
        self._guard = guard
        self._admission = admission
        self._timeout_s = limits.request_timeout_s
        self._on_refusal = on_refusal

    def service(self, details: Any) -> grpc.RpcMethodHandler | None:
        """The handler of a call, or one that refuses it; None for a method that other handlers know."""
        if self._guard.asks_for_keys:
            metadata = ((key, value) for key, value in details.invocation_metadata if isinstance(value, str))
            try:
                self._guard.admit(metadata, "")
            except (UnauthenticatedError, RateLimitedError) as error:
                return _refusing_handler(error)
        if details.method != RPC_INFERENCE:
            return None
        try:
            place = self._admission.enter()
        except OverloadedError as error:
            self._on_refusal()
            return _refusing_handler(error)
        return self._servicer.handler(self._answer_in(place, time.monotonic()))

    def _answer_in(self, place: Place, arrived: float) -> Answer:
        """What answers a call that has a place, and gives the place back."""

        def answer(messages: Messages, context: grpc.ServicerContext) -> Response:
            with place:
                if not self._guard.asks_for_keys:
                    try:
                        self._guard.admit((), _host(context.peer()))
                    except RateLimitedError as error:
                        _refuse(context, error)
                return self._servicer.inference(_in_time(messages, context, self._timeout_s), context, arrived)

        return answer


class _Refusal:
    """The behaviour of a refused call."""

    def __init__(self, error: Refused) -> None:
        self._error = error
        self.experimental_thread_pool = _THREADS  # gRPC looks for this attribute

    def __call__(self, messages: Iterator[Any], context: grpc.ServicerContext) -> None:
        _refuse(context, self._error)


def _refusing_handler(error: Refused) -> grpc.RpcMethodHandler:
    """The handler that refuses a call. To gRPC it takes a stream, so that nothing waits for the message."""
    return grpc.stream_unary_rpc_method_handler(_Refusal(error))


def _refuse(context: grpc.ServicerContext, error: Refused) -> NoReturn:
    """End a call by the status and metadata of an error."""
    metadata = [(ERR_NO, str(error.number))]
    status = grpc.StatusCode.UNAUTHENTICATED
    if isinstance(error, TryLaterError):
        seconds = error.retry_after_s
        metadata += [(RETRY_AFTER, str(seconds)), (RETRY_PUSHBACK, str(1000 * seconds))]
        status = grpc.StatusCode.RESOURCE_EXHAUSTED
    who = f", key {error.key_name}" if isinstance(error, RateLimitedError) and error.key_name else ""
    _log.info("gRPC call of %s%s refused: %s", context.peer(), who, error)
    context.set_trailing_metadata(tuple(metadata))
    context.abort(status, str(error))
    raise AssertionError  # abort raises


def _in_time(messages: Messages, context: grpc.ServicerContext, timeout_s: float) -> Messages:
    """The one message of a call, which is cancelled after a time: a client that sends none would keep its place."""
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


def _host(peer: str) -> str:
    """The address of a peer such as `ipv4:127.0.0.1:5000` or `ipv6:%5B::1%5D:5000`."""
    host = peer.partition(":")[2].rpartition(":")[0]
    return host.replace("%5B", "").replace("%5D", "").strip("[]")
