"""The bound: our bare models on the tensors that the pipeline makes, one engine a model and core with one thread each.

Nothing is decoded, resized, cropped or read while the clock runs. Run by `python -m` with the arguments of `main`.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pdserving.bench.closed_loop import Client, measure
from pdserving.bench.in_process import open_pipeline
from pdserving.bench.measurement import write_measurement
from pdserving.config.predictor import LocalService
from pdserving.config.schema import Settings
from pdserving.cores import usable_cores
from pdserving.engines import Engine, open_engine
from pdserving.models.stages import resolve_models
from pdserving.pipeline.classification_op import ClassificationOp
from pdserving.pipeline.detection_op import DetectionOp
from pdserving.pipeline.recognition_op import RecognitionOp
from pdserving.pipeline.service import OcrService

Tensors = list[tuple[str, NDArray[Any]]]
"""The inputs of one picture's models, each with its stage."""

Input = NDArray[np.float32]

_recorded: Tensors = []


class _Detection(DetectionOp):
    def process(self, engine: Engine, tensor: Input, *, alone: bool) -> Input:
        _recorded.append(("det", tensor.copy()))
        return super().process(engine, tensor, alone=alone)


class _Classification(ClassificationOp):
    def process(self, engine: Engine, tensor: Input, *, alone: bool) -> Input:
        _recorded.append(("cls", tensor.copy()))
        return super().process(engine, tensor, alone=alone)


class _Recognition(RecognitionOp):
    def process(self, engine: Engine, tensor: Input, *, alone: bool) -> Input:
        _recorded.append(("rec", tensor.copy()))
        return super().process(engine, tensor, alone=alone)


class _RecordingService(OcrService):
    detection_op = _Detection
    classification_op = _Classification
    recognition_op = _Recognition


def record_tensors(settings: Settings, files: Sequence[bytes]) -> list[Tensors]:
    """What the pipeline gives to its models for each picture; nothing for one that it refuses."""
    read = open_pipeline(settings, _RecordingService)
    tensors = []
    for file in files:
        _recorded.clear()
        try:
            read(file)
        except ValueError:
            _recorded.clear()
        tensors.append(list(_recorded))
    return tensors


def open_engines(settings: Settings, count: int) -> list[dict[str, Engine]]:
    """An engine for each stage, `count` times."""
    models = resolve_models(settings)
    folders = {"det": models.det.folder, "cls": models.cls.folder, "rec": models.rec.folder}
    service = LocalService(thread_num=1)
    first = {
        stage: open_engine(settings.engine, folder, service, prefer_logits=stage != "cls")
        for stage, folder in folders.items()
    }
    return [first] + [{stage: engine.clone() for stage, engine in first.items()} for _ in range(count - 1)]


def client(engines: dict[str, Engine], pictures: Sequence[Tensors]) -> Client:
    """Runs one picture's tensors through one set of engines."""

    def run(index: int) -> None:
        for stage, tensor in pictures[index]:
            engines[stage].run(tensor, alone=False)

    return run


def main(settings: str, result: str, seconds: str, *pictures: str) -> None:
    """Measure the bound, a picture a core."""
    parsed = Settings.model_validate_json(settings)
    tensors = record_tensors(parsed, [Path(picture).read_bytes() for picture in pictures])
    clients = [client(engines, tensors) for engines in open_engines(parsed, usable_cores())]
    # An engine takes longer for the first tensor of a shape, and which client has which picture is chance.
    for warm_up in clients:
        for index in range(len(tensors)):
            warm_up(index)
    # Its memory is that of the prepared tensors and of the pipeline that made them: it says nothing.
    write_measurement(Path(result), measure(clients, len(tensors), float(seconds), lambda: None))


if __name__ == "__main__":
    main(*sys.argv[1:])
