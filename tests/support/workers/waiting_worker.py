"""A worker that says when a page has come, and goes on when it is told to: by files in the folder WAITING_WORKER.

It can do so with `security.confine=false` only.
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from ocr_ops.detection import DetectionGeometry
from pdserving.scheduling import Row
from pdserving.worker import DetectionOp, OcrService, Page, run_worker

FOLDER = "WAITING_WORKER"
MAY_WRITE = "security.confine=false"
ARRIVED, GO = "arrived", "go"


def wait() -> None:
    """Say that something has come, and wait for the file `go`."""
    folder = Path(os.environ[FOLDER])
    (folder / ARRIVED).touch()
    while not (folder / GO).exists():
        time.sleep(0.01)


class WaitingDetection(DetectionOp):
    """Waits for the file `go` before it looks at a page."""

    def rows(self, page: Page) -> Sequence[Row[DetectionGeometry]]:
        wait()
        return super().rows(page)


class WaitingService(OcrService):
    """The usual DAG with the op above."""

    detection_op = WaitingDetection


if __name__ == "__main__":
    run_worker(WaitingService)
