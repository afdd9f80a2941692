"""A worker with ops that fail in the way that a request's `rec.drop_score` asks for."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr_ops.classification import Angle
from pdserving.pipeline.stage_op import StageOp
from pdserving.scheduling import Row
from pdserving.worker import ClassificationOp, DetectionOp, OcrService, Page, RecognitionOp, run_worker

VERBS = ("skips", "rows", "preprocess", "process", "postprocess", "exit")
STAGES = ("det", "cls", "rec")
EMPTY, UNPACKABLE = 0.001, 0.002


def fault_code(stage: str, verb: str) -> float:
    """The `rec.drop_score` that makes a verb of a stage fail."""
    return (10 * STAGES.index(stage) + VERBS.index(verb) + 1) / 100


class Faulty(StageOp[Any]):
    """Fails before, in or after the model."""

    def skips(self, page: Page) -> bool:
        if page.options.rec.drop_score == fault_code(self.name, "skips"):
            raise LookupError("skips")
        return super().skips(page)

    def rows(self, page: Page) -> Sequence[Row[Any]]:
        if page.options.rec.drop_score == fault_code(self.name, "rows"):
            raise ArithmeticError("rows")
        return super().rows(page)

    def preprocess(self, page: Page, rows: Sequence[Row[Any]]) -> NDArray[np.float32]:
        code = page.options.rec.drop_score
        if code == fault_code(self.name, "preprocess"):
            raise ZeroDivisionError("preprocess")
        if code == fault_code(self.name, "process"):
            return np.zeros((1, 5, 7, 7), np.float32)
        return super().preprocess(page, rows)

    def postprocess(self, page: Page, rows: Sequence[Row[Any]], output: NDArray[np.float32]) -> None:
        super().postprocess(page, rows, output)
        if page.options.rec.drop_score == fault_code(self.name, "postprocess"):
            raise KeyError("postprocess")
        if page.options.rec.drop_score == fault_code(self.name, "exit"):
            raise SystemExit(3)


class FaultyDetection(Faulty, DetectionOp):
    """Also finds empty lists."""

    def finish(self, page: Page) -> None:
        super().finish(page)
        if page.options.rec.drop_score == EMPTY:
            page.quads, page.crops = [], []


class FaultyClassification(Faulty, ClassificationOp):
    """Nothing more."""


class FaultyRecognition(Faulty, RecognitionOp):
    """Also leaves an answer that cannot be packed."""

    def postprocess(self, page: Page, rows: Sequence[Row[Any]], output: NDArray[np.float32]) -> None:
        super().postprocess(page, rows, output)
        if page.options.rec.drop_score == UNPACKABLE:
            page.angles = [Angle(0, 1.0)] * (len(page.quads) + 1)


class FaultyService(OcrService):
    """The usual DAG with the ops above."""

    detection_op = FaultyDetection
    classification_op = FaultyClassification
    recognition_op = FaultyRecognition


if __name__ == "__main__":
    run_worker(FaultyService)
