"""`OcrService`, which puts models, ops and server together, and `run_worker`, the worker process that runs one."""

import contextlib
import io
import logging
import sys
from pathlib import Path

import cv2
from paddle_serving_server.pipeline.dag import DAGExecutor
from paddle_serving_server.pipeline.operator import Op
from paddle_serving_server.web_service import WebService

from pdserving.config import Settings
from pdserving.config.auto import compute_threads
from pdserving.engines import limit_gpu_memory
from pdserving.models.stages import StageModels, resolve_models
from pdserving.pipeline.classification_op import ClassificationOp
from pdserving.pipeline.compute_pool import ComputePool
from pdserving.pipeline.detection_op import DetectionOp
from pdserving.pipeline.recognition_op import RecognitionOp
from pdserving.pipeline.request_op import OcrRequestOp
from pdserving.pipeline.response_op import OcrResponseOp
from pdserving.pipeline.stage_engines import stage_engines
from pdserving.protocol import SERVICE
from pdserving.setup_errors import SETUP_FAILED, SetupError
from pdserving.supervision.child import Status, receive_launch
from pdserving.supervision.journal import Journal
from pdserving.supervision.strikes import Strikes
from pdserving.worker.server import WorkerServer
from pdserving.worker.servicer import OcrServicer


class OcrService(WebService):  # type: ignore[misc]  # Paddle Serving is untyped
    """The DAG of det, cls and rec, its models loaded and its threads at work.

    A subclass changes an op by naming another class for it, or the DAG by its own `get_pipeline_response`.

    Args:
        settings: the configuration.
        models: the model of each stage.
        scratch: the folder where the worker notes what it computes, and the supervisor what workers died of;
            None: nobody keeps count.

    Attributes:
        detection_op, classification_op, recognition_op: the class of each op.
        pool: the threads that compute.
        servicer: answers requests.

    Raises:
        SetupError: an engine cannot load its model, or the model does not do what its stage needs.
    """

    detection_op: type[DetectionOp] = DetectionOp
    classification_op: type[ClassificationOp] = ClassificationOp
    recognition_op: type[RecognitionOp] = RecognitionOp

    def __init__(self, settings: Settings, models: StageModels, scratch: Path | None = None) -> None:
        super().__init__(SERVICE)
        self.settings = settings
        self.models = models
        self.pool = ComputePool(compute_threads(settings))
        last_op = self.get_pipeline_response(OcrRequestOp(settings))
        executor = _started(OcrResponseOp(last_op, self.pool.metrics), settings)
        self._journal = None
        strikes = None
        if scratch is not None:
            self._journal = Journal(scratch, self.pool.threads, self.pool.most_pages_at_once)
            strikes = Strikes(scratch)
        self.pool.start(self._journal)
        self.servicer = OcrServicer(executor, self.pool, settings, strikes)

    def get_pipeline_response(self, read_op: Op) -> Op:
        """The last op of the DAG that starts at `read_op`; Paddle Serving's name for it."""
        op, models = self.settings.op, self.models
        if self.settings.gpu_memory_limit_mb:
            limit_gpu_memory(self.settings.gpu_memory_limit_mb)
        engines = stage_engines(self.settings, models)
        det = self.detection_op(read_op, engines["det"], models.det, op.det, self.pool, self.settings.limits)
        cls = self.classification_op(det, engines["cls"], models.cls, op.cls, self.pool)
        return self.recognition_op(cls, engines["rec"], models.rec, op.rec, self.pool)

    def run_service(self, private: Path, status: Status) -> None:
        """Serve until SIGTERM or SIGINT; the arguments are those of `WorkerServer.run`."""
        WorkerServer(self.settings, self.pool, self.servicer).run(private, status)
        if self._journal is not None:
            self._journal.discard()


def _started(response_op: OcrResponseOp, settings: Settings) -> DAGExecutor:
    """Paddle Serving's executor of the DAG that ends in `response_op`. Each op has warmed up and waits for pages."""
    conf = {
        "worker_num": settings.worker_num,
        "build_dag_each_worker": False,
        "dag": {**settings.dag.model_dump(), "channel_recv_frist_arrive": False},
    }
    # It prints its progress.
    with contextlib.redirect_stdout(io.StringIO()):
        executor = DAGExecutor(response_op, conf, -1)
    executor.start()
    return executor


def run_worker(service_class: type[OcrService] = OcrService) -> None:
    """Serve the settings from standard input until SIGTERM, SIGINT or the supervisor's end."""
    launch = receive_launch()
    settings = launch.settings
    # The compute threads fill the cores. OpenCV's own pool under each of them would only make them wait for one
    # another.
    cv2.setNumThreads(1)
    # It logs an error for each request that a client got wrong; what is our fault is logged where it happens.
    logging.getLogger("paddle_serving_server").setLevel(logging.CRITICAL)
    try:
        service = service_class(settings, resolve_models(settings), launch.folder)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(SETUP_FAILED)
    service.run_service(launch.socket, Status(launch.status_fd))
