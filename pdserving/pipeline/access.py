"""The interceptors that let a call at the public port in or refuse it, before anything of its message is read.

A refused call ends with a gRPC status, `UNAUTHENTICATED` or `RESOURCE_EXHAUSTED`, and not with a pipeline `Response`:
the status comes without reading up to 64 MiB from a stranger, and proxies and every gRPC library know what it means.
The trailing metadata has `err-no`, the number of the error, and `retry-after` in seconds.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

import grpc

from pdserving.errors import STATUS, RateLimitedError, RequestError, UnauthenticatedError
from pdserving.protocol import ERR_NO, RETRY_AFTER, RETRY_PUSHBACK
from pdserving.security.guard import Guard

_log = logging.getLogger(__name__)

Continuation = Callable[[Any], grpc.RpcMethodHandler | None]


def access_interceptors(guard: Guard, admission: grpc.ServerInterceptor) -> list[grpc.ServerInterceptor]:
    """A public server's interceptors: who has no key takes no place; an address is known only where a place is taken.

    Args:
        guard: knows keys and rates.
        admission: gives places.
    """
    return [_KeyCheck(guard), admission] if guard.asks_for_keys else [admission, _AddressLimit(guard)]


class _KeyCheck(grpc.ServerInterceptor):  # type: ignore[misc]  # gRPC is untyped
    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._threads = ThreadPoolExecutor(1, "refusals")  # those of the pipeline may all be taken

    def intercept_service(self, continuation: Continuation, details: Any) -> grpc.RpcMethodHandler | None:
        """The handler of a call, or one that refuses it."""
        metadata = ((key, value) for key, value in details.invocation_metadata if isinstance(value, str))
        try:
            self._guard.admit(metadata, "")
        except (UnauthenticatedError, RateLimitedError) as error:
            return grpc.stream_unary_rpc_method_handler(_Refusal(error, self._threads))
        return continuation(details)


class _AddressLimit(grpc.ServerInterceptor):  # type: ignore[misc]  # gRPC is untyped
    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def intercept_service(self, continuation: Continuation, details: Any) -> grpc.RpcMethodHandler | None:
        """The handler of a call, which first looks at where the call comes from."""
        handler = continuation(details)
        if handler is None or handler.stream_unary is None:
            return handler

        def limited(messages: Iterator[Any], context: grpc.ServicerContext, *more: Any) -> Any:
            try:
                self._guard.admit((), _host(context.peer()))
            except RateLimitedError as error:
                _refuse(context, error)
            return handler.stream_unary(messages, context, *more)

        return grpc.stream_unary_rpc_method_handler(limited, handler.request_deserializer, handler.response_serializer)


class _Refusal:
    """The behaviour of a refused call. A stream to gRPC, so that nothing waits for the message."""

    def __init__(self, error: RequestError, threads: ThreadPoolExecutor) -> None:
        self._error = error
        self.experimental_thread_pool = threads  # gRPC looks for this attribute

    def __call__(self, messages: Iterator[Any], context: grpc.ServicerContext) -> None:
        _refuse(context, self._error)


def _refuse(context: grpc.ServicerContext, error: RequestError) -> NoReturn:
    metadata = [(ERR_NO, str(STATUS[error.code].err_no))]
    status, who = grpc.StatusCode.UNAUTHENTICATED, ""
    if isinstance(error, RateLimitedError):
        seconds = error.retry_after_s
        metadata += [(RETRY_AFTER, str(seconds)), (RETRY_PUSHBACK, str(1000 * seconds))]
        status, who = grpc.StatusCode.RESOURCE_EXHAUSTED, f", key {error.key_name}" if error.key_name else ""
    _log.info("gRPC call of %s%s refused: %s", context.peer(), who, error)
    context.set_trailing_metadata(tuple(metadata))
    context.abort(status, str(error))
    raise AssertionError  # abort raises


def _host(peer: str) -> str:
    """The address of a peer such as `ipv4:127.0.0.1:5000` or `ipv6:%5B::1%5D:5000`."""
    host = peer.partition(":")[2].rpartition(":")[0]
    return host.replace("%5B", "").replace("%5D", "").strip("[]")
