"""Paddle Serving's pipeline server and servicer, without what harms."""

import contextlib
import io
import logging
import math
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import grpc
from paddle_serving_server.pipeline import PipelineServer
from paddle_serving_server.pipeline.dag import DAGExecutor

from pdserving.admission import Admission, in_flight_limit
from pdserving.config.schema import Settings
from pdserving.errors import INTERNAL, STATUS, BodyInvalidError, ClientGoneError, RequestError, WrongServiceError
from pdserving.networking import address
from pdserving.pipeline.access import access_interceptors
from pdserving.pipeline.compute_pool import ComputePool
from pdserving.pipeline.lifetime import Lifetime
from pdserving.pipeline.message_check import read_request
from pdserving.pipeline.public_admission import PublicAdmission
from pdserving.pipeline.request_op import PendingRequest
from pdserving.pipeline.request_threads import RequestThreads
from pdserving.pipeline.response_op import error_response
from pdserving.pipeline.server_options import server_options
from pdserving.pipeline.trial import Trial
from pdserving.pipeline.worker_servicer import worker_handlers
from pdserving.protocol import RPC_SERVICE, SERVICE, Request, Response
from pdserving.security.guard import Guard
from pdserving.security.tls import add_public_port
from pdserving.supervision.child import Status
from pdserving.supervision.journal import Journal
from pdserving.supervision.signals import CLOSE_PUBLIC_PORT, Signals
from pdserving.supervision.strikes import Strikes

_NO_MESSAGE = BodyInvalidError("the call has no message; accepted: a pipeline Request")

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

    def run_server(self, private: Path, scratch: Path, status: Status) -> None:
        """Serve gRPC until SIGTERM or SIGINT, then finish what is in flight.

        Args:
            private: the unix socket for the gateway, besides the address for everybody.
            scratch: the folder where what is computed is noted.
            status: where it says that it serves, and from then on how it is.
        """
        limits, workers = self._settings.limits, self._settings.workers
        journal = self._pool.turns.journal = Journal(scratch, self._pool.threads, self._pool.most_pages_at_once)
        strikes = Strikes(scratch)
        threads = RequestThreads(self._settings.worker_num)
        self._pool.metrics.watch_requests(lambda: threads.waiting)
        # Two servers: the gateway, whose requests are admitted at its own door, is not refused in the middle of one.
        share = math.ceil(in_flight_limit(limits.max_in_flight) / workers)
        admission = PublicAdmission(Admission(share), limits.request_timeout_s, self._pool.metrics.count_refusal)
        servicer = OcrServicer(self._executor, self._pool, limits.request_timeout_s, threads, strikes)
        public = self._server(servicer, share, access_interceptors(Guard(self._settings.security), admission))
        add_public_port(public, address(self._settings.rpc_host, self._settings.rpc_port), self._settings.security)
        gateways = self._server(servicer, self._settings.worker_num, [])
        gateways.add_insecure_port(f"unix:{private}")
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
        journal.discard()

    def _server(
        self, servicer: "OcrServicer", calls: int, interceptors: Sequence[grpc.ServerInterceptor]
    ) -> grpc.Server:
        limits = self._settings.limits
        server = grpc.server(
            ThreadPoolExecutor(calls, "calls"),
            interceptors=interceptors,
            options=server_options(limits),
        )
        inference = grpc.stream_unary_rpc_method_handler(
            servicer.inference,
            request_deserializer=partial(read_request, max_bytes=limits.max_message_bytes),
            response_serializer=Response.SerializeToString,
        )
        pipeline = grpc.method_handlers_generic_handler(RPC_SERVICE, {"inference": inference})
        server.add_generic_rpc_handlers((pipeline, worker_handlers(self._pool.metrics)))
        return server


class OcrServicer:
    """The gRPC service: every request gets a response, an error at worst.

    Args:
        executor: the DAG.
        pool: what computes; it counts the requests.
        timeout_s: the time that a request has at most.
        threads: of the pipeline: a request has one for as long as it is in there.
        strikes: the pictures that workers died of; None where nobody keeps count.
    """

    def __init__(
        self,
        executor: DAGExecutor,
        pool: ComputePool,
        timeout_s: float,
        threads: RequestThreads,
        strikes: Strikes | None = None,
    ) -> None:
        self._executor = executor
        self._pool = pool
        self._timeout_s = timeout_s
        self._threads = threads
        self._strikes = strikes

    def inference(
        self, messages: Iterator[Request | RequestError], context: grpc.ServicerContext, arrived: float | None = None
    ) -> Response:
        """Answer the one message of a call, which waits here for its message and then for a place in the pipeline.

        Both in the call's own thread: clients that send nothing, or slowly, would else fill the pipeline's. To gRPC it
        is a stream: of a call with one message, the handler would not hear where its client goes meanwhile.

        Args:
            messages: the one.
            context: gRPC's of the call.
            arrived: when the call came, by `time.monotonic`; now, where nobody knows.
        """
        now = time.monotonic()
        deadline = (now if arrived is None else arrived) + self._timeout_s
        if (remaining_s := context.time_remaining()) is not None:
            deadline = min(deadline, now + remaining_s)
        lifetime = Lifetime(deadline, context.is_active)
        try:
            lifetime.check()
            return self._threads.submit(self._answer_in_time, next(messages, _NO_MESSAGE), lifetime).result()
        except grpc.RpcError:  # by `next`
            lifetime.dropped = "client_gone"
            return error_response(STATUS[ClientGoneError.code].err_no, "the client has gone")
        except RequestError as error:
            return error_response(STATUS[error.code].err_no, str(error))
        finally:
            if lifetime.dropped is not None:
                self._pool.metrics.count_drop(lifetime.dropped)

    def _answer_in_time(self, request: Request | RequestError, lifetime: Lifetime) -> Response:
        lifetime.check()  # it may have waited long
        return self.answer(request, lifetime)

    def answer(self, request: Request | RequestError, lifetime: Lifetime) -> Response:
        """Answer one pipeline request."""
        if isinstance(request, RequestError):
            return error_response(STATUS[request.code].err_no, str(request))
        if request.name not in ("", SERVICE):
            message = f"no service {request.name[:80]!r}; accepted: {SERVICE}"
            return error_response(STATUS[WrongServiceError.code].err_no, message)
        trial = Trial(self._strikes)
        try:
            with self._pool.in_flight:
                response = self._executor.call(PendingRequest(request, lifetime, trial))
            if lifetime.dropped is None:
                trial.acquit()
            return response
        except Exception as error:
            _log.exception("logid=%s: the pipeline failed", request.logid)
            return error_response(INTERNAL.err_no, f"internal error: {type(error).__name__}")
