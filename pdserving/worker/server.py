"""The gRPC servers of a worker: one for everybody, one for its gateway."""

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc

from pdserving.admission import Admission
from pdserving.config.auto import max_in_flight
from pdserving.config.schema import Limits, Settings
from pdserving.networking import address
from pdserving.pipeline.compute_pool import ComputePool
from pdserving.pipeline.metrics import WorkerMetrics
from pdserving.protocol import METRICS, RPC_SERVICE, WORKER_SERVICE
from pdserving.security.guard import Guard
from pdserving.security.tls import add_public_port
from pdserving.supervision.child import Status
from pdserving.supervision.signals import CLOSE_PUBLIC_PORT, Signals
from pdserving.worker.access import PublicAccess
from pdserving.worker.servicer import OcrServicer

_SHORTEST_PING_MS = 1000  # gRPC pings no more often


class WorkerServer:
    """Listens where it is told. Paddle Serving's own server listens on all addresses and kills its process group.

    Args:
        settings: the configuration.
        pool: whose progress and metrics the worker tells of.
        servicer: answers the requests.
    """

    def __init__(self, settings: Settings, pool: ComputePool, servicer: OcrServicer) -> None:
        self._settings = settings
        self._pool = pool
        self._servicer = servicer

    def run(self, private: Path, status: Status) -> None:
        """Serve gRPC until SIGTERM or SIGINT, then finish what is in flight.

        Args:
            private: the unix socket for the gateway, besides the address for everybody.
            status: where it says that it serves, and from then on how it is.
        """
        # Two servers: the gateway, whose requests are admitted at its own door, is not refused in the middle of one.
        public, gateways = self._public_server(), self._private_server(private)
        servers, drain_s = (public, gateways), self._settings.drain_s
        with Signals(CLOSE_PUBLIC_PORT) as signals:
            for server in servers:
                server.start()
            status.ready()
            status.keep_beating(self._pool.progress.stalled_s)
            while not signals.stop:
                signals.wait()
                if signals.take(CLOSE_PUBLIC_PORT):
                    public.stop(drain_s)
                    status.port_closed()
            for stopped in [server.stop(drain_s) for server in servers]:
                stopped.wait()

    def _public_server(self) -> grpc.Server:
        settings = self._settings
        share = math.ceil(max_in_flight(settings.limits) / settings.workers)
        access = PublicAccess(
            self._servicer,
            Guard(settings.security),
            Admission(share),
            settings.limits,
            self._pool.metrics.count_refusal,
        )
        server = self._server(share, [access])
        add_public_port(server, address(settings.rpc_host, settings.rpc_port), settings.security)
        return server

    def _private_server(self, socket: Path) -> grpc.Server:
        handlers = grpc.method_handlers_generic_handler(RPC_SERVICE, {"inference": self._servicer.handler()})
        server = self._server(self._settings.worker_num, [handlers])
        server.add_insecure_port(f"unix:{socket}")
        return server

    def _server(self, calls: int, handlers: Sequence[grpc.GenericRpcHandler]) -> grpc.Server:
        server = grpc.server(ThreadPoolExecutor(calls, "calls"), options=_server_options(self._settings.limits))
        server.add_generic_rpc_handlers((*handlers, _metrics_handlers(self._pool.metrics)))
        return server


def _server_options(limits: Limits) -> list[tuple[str, int]]:
    """The options of `grpc.server`.

    A connection has `header_timeout_s` for its handshakes. One that is silent for `stall_timeout_s` is asked whether
    its client is there, and ends when as long again brings no answer. A machine that was cut off never says so, and the
    system alone would keep its connection for hours.
    """
    stall_ms = max(_SHORTEST_PING_MS, round(1000 * limits.stall_timeout_s))
    return [
        # What is over the limit by less than twice is received, for an answer that says so in our words;
        # gRPC itself refuses the rest by its announced length, with RESOURCE_EXHAUSTED.
        ("grpc.max_receive_message_length", 2 * limits.max_message_bytes),
        ("grpc.max_send_message_length", limits.max_message_bytes),
        ("grpc.max_metadata_size", limits.max_header_bytes),
        ("grpc.absolute_max_metadata_size", limits.max_header_bytes),
        ("grpc.so_reuseport", 1),  # the workers share the address: the system gives each connection to one
        ("grpc.server_handshake_timeout_ms", max(1, round(1000 * limits.header_timeout_s))),
        ("grpc.keepalive_time_ms", stall_ms),
        ("grpc.keepalive_timeout_ms", stall_ms),
        # gRPC waits for a ping's answer by the longer of the two, and this one is a minute where it is not set.
        ("grpc.http2.ping_timeout_ms", stall_ms),
        ("grpc.http2.settings_timeout", stall_ms),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),  # any number
    ]


class _MetricsCall:
    """The method `metrics`: any bytes in, Prometheus's text format out."""

    def __init__(self, metrics: WorkerMetrics) -> None:
        self._metrics = metrics
        # gRPC looks for this attribute: a thread of its own. Without it, the answer would wait until a request leaves
        # the pipeline.
        self.experimental_thread_pool = ThreadPoolExecutor(1, "worker-service")

    def __call__(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        return self._metrics.exposition()


def _metrics_handlers(metrics: WorkerMetrics) -> grpc.GenericRpcHandler:
    """The gRPC service `pdserving.Worker`, by which the gateway asks for the worker's metrics."""
    method = grpc.unary_unary_rpc_method_handler(_MetricsCall(metrics))
    return grpc.method_handlers_generic_handler(WORKER_SERVICE, {METRICS: method})
