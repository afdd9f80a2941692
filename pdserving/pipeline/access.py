"""The interceptor that lets a gRPC call in or refuses it, before anything of its message is read.

A refused call ends with a gRPC status, `UNAUTHENTICATED` or `RESOURCE_EXHAUSTED`, and not with a pipeline `Response`:
the status comes without reading up to 64 MiB from a stranger, and proxies and every gRPC library know what it means.
The trailing metadata has `err-no`, the number of the error, and `retry-after` in seconds.
"""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import grpc

from pdserving.errors import STATUS, RateLimitedError, RequestError, UnauthenticatedError
from pdserving.security.guard import Guard

PRIVATE = "unix:"
"""How the peer of a call begins that came over a socket of the gateway's: it has let the request in itself."""

ERR_NO, RETRY_AFTER = "err-no", "retry-after"  # in the trailing metadata

_log = logging.getLogger(__name__)

Behaviour = Callable[[Any, grpc.ServicerContext], Any]


class AccessInterceptor(grpc.ServerInterceptor):  # type: ignore[misc]  # gRPC is untyped
    """For servers whose methods all take one message and give one.

    Args:
        guard: knows keys and rates.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], grpc.RpcMethodHandler | None],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler | None:
        """The handler of a method behind the check of each call."""
        handler = continuation(handler_call_details)
        if handler is None:
            return None
        # On the wire a stream of one message is one message; this side reads it when it asks for it, and not before.
        return grpc.stream_unary_rpc_method_handler(
            _Guarded(handler.unary_unary, self._guard), handler.request_deserializer, handler.response_serializer
        )


class _Guarded:
    """A method that calls another once a call is let in."""

    def __init__(self, behaviour: Behaviour, guard: Guard) -> None:
        self._behaviour = behaviour
        self._guard = guard
        if hasattr(behaviour, "experimental_thread_pool"):  # gRPC looks for it: threads of the method's own
            self.experimental_thread_pool = behaviour.experimental_thread_pool

    def __call__(self, messages: Iterator[Any], context: grpc.ServicerContext) -> Any:
        if not context.peer().startswith(PRIVATE):
            self._admit(context)
        for message in messages:
            return self._behaviour(message, context)
        return context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the call has no message; accepted: one")

    def _admit(self, context: grpc.ServicerContext) -> None:
        metadata = ((key, value) for key, value in context.invocation_metadata() if isinstance(value, str))
        try:
            self._guard.admit(metadata, _host(context.peer()))
        except UnauthenticatedError as error:
            _log.info("gRPC call of %s refused: %s", context.peer(), error)
            _refuse(context, grpc.StatusCode.UNAUTHENTICATED, error)
        except RateLimitedError as error:
            _log.info("gRPC call of %s, key %s, refused: %s", context.peer(), error.key_name, error)
            _refuse(context, grpc.StatusCode.RESOURCE_EXHAUSTED, error, (RETRY_AFTER, str(error.retry_after_s)))


def _refuse(
    context: grpc.ServicerContext, status: grpc.StatusCode, error: RequestError, *metadata: tuple[str, str]
) -> None:
    context.set_trailing_metadata(((ERR_NO, str(STATUS[error.code].err_no)), *metadata))
    context.abort(status, str(error))


def _host(peer: str) -> str:
    """The address of a peer such as `ipv4:127.0.0.1:5000` or `ipv6:%5B::1%5D:5000`."""
    host = peer.partition(":")[2].rpartition(":")[0]
    return host.replace("%5B", "").replace("%5D", "").strip("[]")
