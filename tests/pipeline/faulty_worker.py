"""A worker with ops that fail in the way that a request's `rec.drop_score` asks for."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ocr_ops.detection import DetectionInput
from ocr_ops.recognition import CropBatch
from pdserving.pipeline.detection_op import DetectionOp
from pdserving.pipeline.page import Page
from pdserving.pipeline.recognition_op import RecognitionOp
from pdserving.pipeline.service import OcrService
from pdserving.pipeline.stage_op import Batch
from pdserving.worker import run_worker

PREPROCESS, PROCESS, POSTPROCESS, EXIT, EMPTY, UNPACKABLE = 0.01, 0.02, 0.03, 0.04, 0.05, 0.06


class FaultyDetection(DetectionOp):
    """Fails before, in or after the model, or finds empty lists."""

    def preprocess(self, page: Page) -> Iterator[Batch[DetectionInput]]:
        if page.options.rec.drop_score == PREPROCESS:
            raise ZeroDivisionError("preprocess")
        for batch in super().preprocess(page):
            fault = page.options.rec.drop_score == PROCESS
            yield Batch(np.zeros((1, 5, 7, 7), np.float32), batch.origin) if fault else batch

    def postprocess(self, page: Page, batch: Batch[DetectionInput], output: NDArray[np.float32]) -> None:
        if page.options.rec.drop_score == POSTPROCESS:
            raise KeyError("postprocess")
        if page.options.rec.drop_score == EXIT:
            raise SystemExit(3)
        super().postprocess(page, batch, output)
        if page.options.rec.drop_score == EMPTY:
            page.quads, page.crops = [], []


class FaultyRecognition(RecognitionOp):
    """Leaves an answer that cannot be packed."""

    def postprocess(self, page: Page, batch: Batch[CropBatch], output: NDArray[np.float32]) -> None:
        super().postprocess(page, batch, output)
        if page.options.rec.drop_score == UNPACKABLE:
            page.angles = []


class FaultyService(OcrService):
    """The usual DAG with the ops above."""

    detection_op = FaultyDetection
    recognition_op = FaultyRecognition


if __name__ == "__main__":
    run_worker(FaultyService)
