"""The bound: our bare models on the tensors that the pipeline makes, each compiled once a core for one thread.

The models are as published and see whole pictures. The service computes less: its engine rewrites the models and leaves
out their last softmax, and blank margins are skipped. So it may pass this bound. Nothing is decoded, resized, cropped
or read while the clock runs. Run by `python -m` with the arguments of `main`.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray

from pdserving.bench.closed_loop import Client, measure
from pdserving.bench.in_process import open_pipeline
from pdserving.bench.measurement import write_measurement
from pdserving.config.auto import cpu_precision
from pdserving.config.schema import Settings
from pdserving.engines import Engine
from pdserving.engines.openvino import Compiled, model_file
from pdserving.hardware.processor import usable_cores
from pdserving.models.stages import resolve_models
from pdserving.pipeline.classification_op import ClassificationOp
from pdserving.pipeline.detection_op import DetectionOp
from pdserving.pipeline.recognition_op import RecognitionOp
from pdserving.worker.service import OcrService

Tensors = list[tuple[str, NDArray[Any]]]
"""The inputs that one picture has for the models, each with its stage."""

Input = NDArray[np.float32]

Models = Mapping[str, Callable[[Input], object]]
"""What runs the model of each stage, for one client."""

_recorded: Tensors = []  # the pipeline makes the ops itself, so they have no other place to leave what they saw


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
    """The tensors that the pipeline gives to its models for each picture; none for one that it refuses."""
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


def open_bare(settings: Settings, count: int) -> list[Models]:
    """The models of each stage as published, on OpenVINO with one thread, `count` times."""
    services = settings.op.services
    models = {
        stage: (openvino.Core().read_model(model_file(model.folder)), cpu_precision(services[stage], bf16=model.bf16))
        for stage, model in resolve_models(settings).by_stage.items()
    }
    return [
        {stage: Compiled(model, 1, precision).infer for stage, (model, precision) in models.items()}
        for _ in range(count)
    ]


def measure_bound(
    open_models: Callable[[Settings, int], Sequence[Models]],
    settings: str,
    result: str,
    seconds: str,
    pictures: Sequence[str],
) -> None:
    """Measure what each core makes with models of its own.

    Args:
        open_models: makes so many sets of models.
        settings: the service's settings as JSON.
        result: the path of the file for the measurement.
        seconds: how long the timed part lasts, about.
        pictures: the paths of the pictures.
    """
    parsed = Settings.model_validate_json(settings)
    tensors = record_tensors(parsed, [Path(picture).read_bytes() for picture in pictures])
    clients = [_client(models, tensors) for models in open_models(parsed, usable_cores())]
    # A model takes longer for the first tensor of a shape, and it is chance which client gets which picture.
    for warm_up in clients:
        for index in range(len(tensors)):
            warm_up(index)
    # The memory is that of the prepared tensors and of the pipeline that made them, so it says nothing.
    write_measurement(Path(result), measure(clients, len(tensors), float(seconds), lambda: None))


def _client(models: Models, pictures: Sequence[Tensors]) -> Client:
    def run(index: int) -> None:
        for stage, tensor in pictures[index]:
            models[stage](tensor)

    return run


def main(settings: str, result: str, seconds: str, *pictures: str) -> None:
    """Measure the bound, a picture a core at a time; the arguments are those of `measure_bound`."""
    measure_bound(open_bare, settings, result, seconds, pictures)


if __name__ == "__main__":
    main(*sys.argv[1:])
