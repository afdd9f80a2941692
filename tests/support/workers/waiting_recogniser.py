"""A worker whose recogniser says when a batch has come, and goes on when it is told to: see `waiting_worker`."""

import numpy as np
from numpy.typing import NDArray

from pdserving.engines import Engine
from pdserving.worker import OcrService, RecognitionOp, run_worker
from tests.support.workers.waiting_worker import wait


class WaitingRecognition(RecognitionOp):
    """Waits for the file `go` before it runs the model."""

    def process(self, engine: Engine, tensor: NDArray[np.float32], *, alone: bool) -> NDArray[np.float32]:
        wait()
        return super().process(engine, tensor, alone=alone)


class WaitingService(OcrService):
    """The usual DAG with the op above."""

    recognition_op = WaitingRecognition


if __name__ == "__main__":
    run_worker(WaitingService)
