"""A worker that hangs over blank pictures of a certain size, in one of two ways."""

import ctypes
import threading
from collections.abc import Sequence

from ocr_ops.detection import DetectionGeometry
from pdserving.scheduling import Row
from pdserving.worker import DetectionOp, OcrService, Page, run_worker

WAITING, HOLDING = (333, 64), (444, 64)
"""Width and height in pixels: the thread waits for ever, or holds the interpreter's lock for ever."""


class HangingDetection(DetectionOp):
    """Never returns from such a picture."""

    def rows(self, page: Page) -> Sequence[Row[DetectionGeometry]]:
        found = super().rows(page)
        if (page.width, page.height) == WAITING:
            threading.Event().wait()
        if (page.width, page.height) == HOLDING:
            ctypes.PyDLL(None).pause()
        return found


class HangingService(OcrService):
    """The usual DAG with the op above."""

    detection_op = HangingDetection


if __name__ == "__main__":
    run_worker(HangingService)
