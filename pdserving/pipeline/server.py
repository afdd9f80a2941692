"""Paddle Serving's pipeline server and servicer, without what harms."""

import contextlib
import io
import logging
from functools import partial
from pathlib import Path
from typing import Any

import grpc
from paddle_serving_server.pipeline import PipelineServer
from paddle_serving_server.pipeline.dag import DAGExecutor

from pdserving.config.schema import Settings
from pdserving.errors import INTERNAL, STATUS, RequestError, WrongServiceError
from pdserving.message_check import read_request
from pdserving.networking import address
from pdserving.pipeline.compute_pool import ComputePool
from pdserving.pipeline.in_flight import InFlight
from pdserving.pipeline.request_threads import RequestThreads
from pdserving.pipeline.response_op import error_response
from pdserving.pipeline.worker_servicer import worker_handlers
from pdserving.protocol import RPC_SERVICE, SERVICE, Request, Response
from pdserving.stop_signal import StopSignal
from pdserving.supervision.child import Status

_log = logging.getLogger(__name__)


class OcrPipelineServer(PipelineServer):  # type: ignore[misc]  # Paddle Serving is untyped
    """It listens where it is told, forks nothing and kills no process group."""

    def __init__(self, name: str, settings: Settings, pool: ComputePool) -> None:
        super().__init__(name)
        self._settings = settings
        self._pool = pool

    def prepare_server(self, yml_file: str | None = None, yml_dict: dict[str, Any] | None = None) -> None:
        """Start the ops: each warms up and waits for pages."""
        settings = self._settings
        conf = {
            "worker_num": settings.worker_num,
            "build_dag_each_worker": False,
            "dag": {**settings.dag.model_dump(), "channel_recv_frist_arrive": False},
        }
        # It prints its progress.
        with contextlib.redirect_stdout(io.StringIO()):
            self._executor = DAGExecutor(self._response_op, conf, -1)
        self._executor.start()
        self._pool.start()

    def run_server(self, private: Path, status: Status) -> None:
        """Serve gRPC until SIGTERM or SIGINT, then finish what is in flight.

        Args:
            private: the unix socket for the gateway, besides the address for everybody.
            status: where it says that it serves, and from then on how it is.
        """
        limits = self._settings.limits
        limit = limits.max_message_bytes
        threads = RequestThreads(self._settings.worker_num)
        self._pool.metrics.watch_requests(lambda: threads.waiting)
        server = grpc.server(
            threads,
            options=[
                # What is over the limit by less than twice is received, for an answer that says so in our words;
                # gRPC itself refuses the rest by its announced length, with RESOURCE_EXHAUSTED.
                ("grpc.max_receive_message_length", 2 * limit),
                ("grpc.max_send_message_length", limit),
                ("grpc.max_metadata_size", limits.max_header_bytes),
                ("grpc.absolute_max_metadata_size", limits.max_header_bytes),
                ("grpc.so_reuseport", 1),  # the workers share the address: the system gives each connection to one
            ],
        )
        inference = grpc.unary_unary_rpc_method_handler(
            OcrServicer(self._executor, self._pool.in_flight).inference,
            request_deserializer=partial(read_request, max_bytes=limit),
            response_serializer=Response.SerializeToString,
        )
        pipeline = grpc.method_handlers_generic_handler(RPC_SERVICE, {"inference": inference})
        server.add_generic_rpc_handlers((pipeline, worker_handlers(self._pool.metrics)))
        server.add_insecure_port(address(self._settings.rpc_host, self._settings.rpc_port))
        server.add_insecure_port(f"unix:{private}")
        stop = StopSignal()
        server.start()
        status.ready()
        status.keep_beating(self._pool.progress.stalled_s)
        stop.wait()
        server.stop(self._settings.drain_s).wait()


class OcrServicer:
    """The gRPC service: every request gets a response, an error at worst."""

    def __init__(self, executor: DAGExecutor, in_flight: InFlight) -> None:
        self._executor = executor
        self._in_flight = in_flight

    def inference(self, request: Request | RequestError, context: grpc.ServicerContext) -> Response:
        """Answer one pipeline request."""
        if isinstance(request, RequestError):
            return error_response(STATUS[request.code].err_no, str(request))
        if request.name not in ("", SERVICE):
            message = f"no service {request.name[:80]!r}; accepted: {SERVICE}"
            return error_response(STATUS[WrongServiceError.code].err_no, message)
        try:
            with self._in_flight:
                return self._executor.call(request)
        except Exception as error:
            _log.exception("logid=%s: the pipeline failed", request.logid)
            return error_response(INTERNAL.err_no, f"internal error: {type(error).__name__}")
