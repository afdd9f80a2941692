"""A worker that pictures of certain sizes kill, or hold up until a file is there in the folder FRAGILE_WORKER."""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from ocr_ops.detection import DetectionGeometry
from pdserving.scheduling import Row
from pdserving.worker import DetectionOp, OcrService, Page, run_worker

FOLDER = "FRAGILE_WORKER"
SETTINGS = ("worker_module=tests.support.workers.fragile_worker", "security.confine=false")  # which lets it write there
DEADLY, HELD = (333, 111), (222, 111)  # width and height
GO = "go"


def holder(folder: Path) -> int | None:
    """The process that holds a picture up."""
    pids = [int(path.name) for path in folder.iterdir() if path.name != GO]
    return pids[-1] if pids else None


class FragileDetection(DetectionOp):
    """Looks at the size of the picture when it is decoded."""

    def rows(self, page: Page) -> Sequence[Row[DetectionGeometry]]:
        found = super().rows(page)
        size = page.width, page.height
        if size == DEADLY:
            os.kill(os.getpid(), signal.SIGKILL)
        if size == HELD:
            _hold(Path(os.environ[FOLDER]))
        return found


def _hold(folder: Path) -> None:
    mine = folder / str(os.getpid())
    mine.touch()
    while not (folder / GO).exists():
        time.sleep(0.01)
    mine.unlink()


class FragileService(OcrService):
    """The usual DAG with the op above."""

    detection_op = FragileDetection


if __name__ == "__main__":
    run_worker(FragileService)
