"""The interceptors that let a call at the public port in or refuse it, by its key and its caller's rate."""

from collections.abc import Callable, Iterator
from typing import Any

import grpc

from pdserving.errors import RateLimitedError, UnauthenticatedError
from pdserving.pipeline.refusal import refuse, refusing_handler
from pdserving.security.guard import Guard

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

    def intercept_service(self, continuation: Continuation, details: Any) -> grpc.RpcMethodHandler | None:
        """The handler of a call, or one that refuses it."""
        metadata = ((key, value) for key, value in details.invocation_metadata if isinstance(value, str))
        try:
            self._guard.admit(metadata, "")
        except (UnauthenticatedError, RateLimitedError) as error:
            return refusing_handler(error)
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
                refuse(context, error)
            return handler.stream_unary(messages, context, *more)

        return grpc.stream_unary_rpc_method_handler(limited, handler.request_deserializer, handler.response_serializer)


def _host(peer: str) -> str:
    """The address of a peer such as `ipv4:127.0.0.1:5000` or `ipv6:%5B::1%5D:5000`."""
    host = peer.partition(":")[2].rpartition(":")[0]
    return host.replace("%5B", "").replace("%5D", "").strip("[]")
