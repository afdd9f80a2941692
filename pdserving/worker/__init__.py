"""The worker process: the pipeline behind its gRPC ports. All that a worker module of one's own imports is here."""

import pdserving.compat  # noqa: F401  # before the first import of Paddle Serving
from pdserving.pipeline.classification_op import ClassificationOp
from pdserving.pipeline.detection_op import DetectionOp
from pdserving.pipeline.page import Page
from pdserving.pipeline.recognition_op import RecognitionOp
from pdserving.worker.service import OcrService, run_worker

__all__ = ["ClassificationOp", "DetectionOp", "OcrService", "Page", "RecognitionOp", "run_worker"]
