"""How a call at the public port is refused: by a gRPC status, before anything of its message is read.

A status, `UNAUTHENTICATED` or `RESOURCE_EXHAUSTED`, and not a pipeline `Response`, because retry policies, proxies and
meshes act on it: an `err_no` in an answer of status OK would be a success to all of them. And it comes without reading
up to 64 MiB from a stranger. The trailing metadata has `err-no`, the number of the error, and says when to come back,
in seconds and for gRPC's own retries.
"""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

import grpc

from pdserving.errors import STATUS, RateLimitedError, TryLaterError, UnauthenticatedError
from pdserving.protocol import ERR_NO, RETRY_AFTER, RETRY_PUSHBACK

_log = logging.getLogger(__name__)

_THREADS = ThreadPoolExecutor(1, "refusals")  # those of the pipeline may all be taken


class _Refusal:
    """The behaviour of a refused call."""

    def __init__(self, error: UnauthenticatedError | TryLaterError) -> None:
        self._error = error
        self.experimental_thread_pool = _THREADS  # gRPC looks for this attribute

    def __call__(self, messages: Iterator[Any], context: grpc.ServicerContext) -> None:
        refuse(context, self._error)


def refusing_handler(error: UnauthenticatedError | TryLaterError) -> grpc.RpcMethodHandler:
    """The handler that refuses a call. Of a stream to gRPC, so that nothing waits for the message."""
    return grpc.stream_unary_rpc_method_handler(_Refusal(error))


def refuse(context: grpc.ServicerContext, error: UnauthenticatedError | TryLaterError) -> NoReturn:
    """End a call by the status and metadata of an error."""
    metadata = [(ERR_NO, str(STATUS[error.code].err_no))]
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
