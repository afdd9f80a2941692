"""`OcrService`: Paddle Serving's WebService with our ops, and the process that runs one."""

import logging
import sys
from pathlib import Path

import cv2
from paddle_serving_server.pipeline.operator import Op
from paddle_serving_server.web_service import WebService

from pdserving.config import Settings
from pdserving.config.auto import compute_threads
from pdserving.engines import bound_device_memory
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
from pdserving.worker.server import OcrPipelineServer
from pdserving.worker.servicer import OcrServicer


class OcrService(WebService):  # type: ignore[misc]  # Paddle Serving is untyped
    """The DAG of det, cls and rec, served by gRPC.

    A subclass changes an op by naming another class for it, or the DAG by its own `get_pipeline_response`.

    Attributes:
        servicer: answers requests, once the service is prepared.
    """

    detection_op: type[DetectionOp] = DetectionOp
    classification_op: type[ClassificationOp] = ClassificationOp
    recognition_op: type[RecognitionOp] = RecognitionOp

    servicer: OcrServicer

    def __init__(self, settings: Settings, models: StageModels) -> None:
        super().__init__(SERVICE)
        self.settings = settings
        self.models = models
        self.pool = ComputePool(compute_threads(settings))
        self._server = OcrPipelineServer(SERVICE, settings, self.pool)
        self._journal: Journal | None = None

    def get_pipeline_response(self, read_op: Op) -> Op:
        """The last op of the DAG that starts at `read_op`."""
        op, models = self.settings.op, self.models
        if self.settings.gpu_memory_limit_mb:
            bound_device_memory(self.settings.gpu_memory_limit_mb)
        engines = stage_engines(self.settings, models)
        det = self.detection_op(read_op, engines["det"], models.det, op.det, self.pool, self.settings.limits)
        cls = self.classification_op(det, engines["cls"], models.cls, op.cls, self.pool)
        return self.recognition_op(cls, engines["rec"], models.rec, op.rec, self.pool)

    def prepare(self, scratch: Path | None = None) -> None:
        """Load the models, build the DAG, and start what computes.

        Args:
            scratch: the folder where what is computed is noted, and what workers died of; None: nobody keeps count.
        """
        last_op = self.get_pipeline_response(OcrRequestOp(self.settings))
        self._server.set_response_op(OcrResponseOp(input_ops=[last_op]))
        self._server.prepare_server()
        strikes = None
        if scratch is not None:
            self._journal = Journal(scratch, self.pool.threads, self.pool.most_pages_at_once)
            strikes = Strikes(scratch)
        self.pool.start(self._journal)
        self.servicer = OcrServicer(self._server.executor, self.pool, self.settings, strikes)

    def run_service(self, private: Path, status: Status) -> None:
        """Serve until SIGTERM or SIGINT, as `OcrPipelineServer.serve` does."""
        self._server.serve(self.servicer, private, status)
        if self._journal is not None:
            self._journal.discard()


def run_worker(service_class: type[OcrService] = OcrService) -> None:
    """Serve the settings from standard input until SIGTERM, SIGINT or the supervisor's end."""
    launch = receive_launch()
    settings = launch.settings
    # The ops' threads fill the cores; OpenCV's own pool under each of them would only make them wait for one another.
    cv2.setNumThreads(1)
    # It logs an error for each request that a client got wrong; what is our fault is logged where it happens.
    logging.getLogger("paddle_serving_server").setLevel(logging.CRITICAL)
    try:
        service = service_class(settings, resolve_models(settings))
        service.prepare(launch.folder)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(SETUP_FAILED)
    service.run_service(launch.socket, Status(launch.status_fd))
