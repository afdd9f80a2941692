"""Our pipeline in process, on one core, for py-spy to look at; run by `python -m` with the arguments of `main`.

With one core, one compute thread and one picture at a time, the time of that thread is all there is: it works in a
stage, or waits for what lies between the stages.
"""

import contextlib
import ctypes
import itertools
import os
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pdserving.bench.closed_loop import WARM_UP_PASSES
from pdserving.bench.in_process import open_pipeline
from pdserving.config.schema import Settings
from pdserving.engines import Engine
from pdserving.pipeline.classification_op import ClassificationOp
from pdserving.pipeline.detection_op import DetectionOp
from pdserving.pipeline.recognition_op import RecognitionOp
from pdserving.worker.service import OcrService

READY = "warm"
_PR_SET_PTRACER, _ANY = 0x59616D61, -1  # <sys/prctl.h>


# py-spy names a frame by its method and file, and these methods tell the models of the stages apart.
class _Detection(DetectionOp):
    def process(self, engine: Engine, tensor: NDArray[np.float32], *, alone: bool) -> NDArray[np.float32]:
        return super().process(engine, tensor, alone=alone)


class _Classification(ClassificationOp):
    def process(self, engine: Engine, tensor: NDArray[np.float32], *, alone: bool) -> NDArray[np.float32]:
        return super().process(engine, tensor, alone=alone)


class _Recognition(RecognitionOp):
    def process(self, engine: Engine, tensor: NDArray[np.float32], *, alone: bool) -> NDArray[np.float32]:
        return super().process(engine, tensor, alone=alone)


class _ProfiledService(OcrService):
    detection_op = _Detection
    classification_op = _Classification
    recognition_op = _Recognition


def main(settings: str, *pictures: str) -> None:
    """Read the pictures over and over until killed, and say when the pipeline is warm."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    # Linux's Yama lets only ancestors look at a process, and py-spy is none.
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, ctypes.c_ulong(_ANY), 0, 0, 0)
    parsed = Settings.model_validate_json(settings).model_copy(update={"compute_threads": 1})
    read = open_pipeline(parsed, _ProfiledService)
    files = [Path(picture).read_bytes() for picture in pictures]
    for number in itertools.count(1):
        for file in files:
            with contextlib.suppress(ValueError):  # a picture that is refused is part of the work
                read(file)
        if number == WARM_UP_PASSES:
            print(READY, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
