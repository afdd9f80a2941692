"""The gRPC service `pdserving.Worker`: how the worker is, for its gateway."""

from concurrent.futures import ThreadPoolExecutor

import grpc

from pdserving.pipeline.metrics import WorkerMetrics
from pdserving.protocol import METRICS, WORKER_SERVICE


class _MetricsCall:
    """`metrics`: any bytes in, Prometheus's text format out."""

    def __init__(self, metrics: WorkerMetrics) -> None:
        self._metrics = metrics
        # gRPC looks for this attribute: a thread of its own. Without it, the answer would wait until a request leaves
        # the pipeline.
        self.experimental_thread_pool = ThreadPoolExecutor(1, "worker-service")

    def __call__(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        return self._metrics.exposition()


def worker_handlers(metrics: WorkerMetrics) -> grpc.GenericRpcHandler:
    """The service's methods."""
    method = grpc.unary_unary_rpc_method_handler(_MetricsCall(metrics))
    return grpc.method_handlers_generic_handler(WORKER_SERVICE, {METRICS: method})
