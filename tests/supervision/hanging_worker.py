"""A worker that hangs over blank pictures of a certain size, in one of two ways."""

import ctypes
import threading
from collections.abc import Iterator

from ocr_ops.detection import DetectionInput
from pdserving.pipeline.detection_op import DetectionOp
from pdserving.pipeline.page import Page
from pdserving.pipeline.service import OcrService
from pdserving.pipeline.stage_op import Batch
from pdserving.worker import run_worker

WAITING, HOLDING = (333, 64), (444, 64)
"""Width and height in pixels: the thread waits for ever, or holds the interpreter's lock for ever."""


class HangingDetection(DetectionOp):
    """Never returns from such a picture."""

    def preprocess(self, page: Page) -> Iterator[Batch[DetectionInput]]:
        for batch in super().preprocess(page):
            if (page.width, page.height) == WAITING:
                threading.Event().wait()
            if (page.width, page.height) == HOLDING:
                ctypes.PyDLL(None).pause()
            yield batch


class HangingService(OcrService):
    """The usual DAG with the op above."""

    detection_op = HangingDetection


if __name__ == "__main__":
    run_worker(HangingService)
