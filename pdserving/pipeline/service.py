"""`OcrService`: Paddle Serving's WebService with our ops."""

from pathlib import Path

from paddle_serving_server.pipeline.operator import Op
from paddle_serving_server.web_service import WebService

from pdserving.config.schema import Count, Settings
from pdserving.cores import usable_cores
from pdserving.engines import bound_device_memory
from pdserving.models.stages import StageModels
from pdserving.pipeline.classification_op import ClassificationOp
from pdserving.pipeline.compute_pool import ComputePool
from pdserving.pipeline.detection_op import DetectionOp
from pdserving.pipeline.recognition_op import RecognitionOp
from pdserving.pipeline.request_op import OcrRequestOp
from pdserving.pipeline.response_op import OcrResponseOp
from pdserving.pipeline.server import OcrPipelineServer
from pdserving.pipeline.stage_engines import stage_engines
from pdserving.pipeline.stage_op import PREDICTORS_A_GPU
from pdserving.protocol import SERVICE
from pdserving.supervision.child import Status


class OcrService(WebService):  # type: ignore[misc]  # Paddle Serving is untyped
    """The DAG of det, cls and rec, served by gRPC.

    A subclass changes an op by naming another class for it, or the DAG by its own `get_pipeline_response`.
    """

    detection_op: type[DetectionOp] = DetectionOp
    classification_op: type[ClassificationOp] = ClassificationOp
    recognition_op: type[RecognitionOp] = RecognitionOp

    def __init__(self, settings: Settings, models: StageModels) -> None:
        super().__init__(SERVICE)
        self.settings = settings
        self.models = models
        self.pool = ComputePool(_compute_threads(settings))
        self._server = OcrPipelineServer(SERVICE, settings, self.pool)

    def get_pipeline_response(self, read_op: Op) -> Op:
        """The last op of the DAG that starts at `read_op`."""
        op, models = self.settings.op, self.models
        if self.settings.gpu_memory_limit_mb:
            bound_device_memory(self.settings.gpu_memory_limit_mb)
        engines = stage_engines(self.settings, models)
        det = self.detection_op(read_op, engines["det"], models.det, op.det, self.pool, self.settings.limits)
        cls = self.classification_op(det, engines["cls"], models.cls, op.cls, self.pool)
        return self.recognition_op(cls, engines["rec"], models.rec, op.rec, self.pool)

    def prepare(self) -> None:
        """Load the models and build the DAG."""
        last_op = self.get_pipeline_response(OcrRequestOp(self.settings))
        self._server.set_response_op(OcrResponseOp(input_ops=[last_op]))
        self._server.prepare_server()

    def run_service(self, private: Path, scratch: Path, status: Status) -> None:
        """Serve until SIGTERM or SIGINT, as `OcrPipelineServer.run_server` does."""
        self._server.run_server(private, scratch, status)


def _compute_threads(settings: Settings) -> Count:
    """As configured; `auto` with a GPU: a thread waits with each predictor there, and the cores have theirs besides."""
    on_gpus = sum(len(service.device_ids) for service in settings.op.services.values())
    if settings.compute_threads == "auto" and on_gpus:
        return usable_cores() + PREDICTORS_A_GPU * on_gpus
    return settings.compute_threads
