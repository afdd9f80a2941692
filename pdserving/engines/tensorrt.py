"""What TensorRT keeps beside a model: shapes, and engines that fit one kind of device and one set of versions."""

import hashlib
import os
import re
from pathlib import Path

import numpy as np
import paddle
from paddle import inference

from pdserving.config.predictor import LocalService
from pdserving.engine_messages import engine_reason
from pdserving.engines.engine import InputShapes
from pdserving.engines.predictor_config import TensorRtFiles, shape_collecting_config
from pdserving.models.model_files import ModelFiles
from pdserving.models.soundness import ENGINES
from pdserving.setup_errors import DeviceError

_SHAPES_FILE = "shapes.pbtxt"


def tensorrt_files(
    folder: Path, files: ModelFiles, service: LocalService, shapes: InputShapes, device: int
) -> TensorRtFiles:
    """The files for a device, the ranges of shapes collected where they are missing.

    Args:
        folder: the serving model folder; `server_engines` is made beside it.
        files: the model in it.
        service: the predictor's configuration.
        shapes: the inputs that will come.
        device: a GPU's id.

    Raises:
        DeviceError: TensorRT or the GPU is not there, or the folder cannot be written.
    """
    try:
        tensorrt = ".".join(map(str, inference.get_trt_runtime_version()))
    except RuntimeError as error:
        raise DeviceError(
            f"device_type 2: {engine_reason(error)} Paddle {paddle.version.full_version} needs libnvinfer.so of "
            "TensorRT 8 in LD_LIBRARY_PATH; accepted without it: device_type 1 (`make serve-gpu`)"
        ) from error
    name = paddle.device.cuda.get_device_name(device)
    versions = f"paddle{paddle.version.full_version}-tensorrt{tensorrt}-cuda{paddle.version.cuda()}"
    return make_tensorrt_files(folder, files, shapes, f"{name}-{versions}-{service.precision}")


def make_tensorrt_files(folder: Path, files: ModelFiles, shapes: InputShapes, key: str) -> TensorRtFiles:
    """The files under a key of device and versions. The shapes are part of the key, as engines fit only their shapes.

    Raises:
        DeviceError: the folder cannot be written.
    """
    digest = hashlib.sha256(repr(shapes).encode()).hexdigest()[:8]
    engines = folder.parent / ENGINES / re.sub(r"[^A-Za-z0-9.]+", "-", f"{key}-{digest}")
    found = TensorRtFiles(engines, engines / _SHAPES_FILE)
    try:
        engines.mkdir(parents=True, exist_ok=True)
        if not found.shapes.is_file():
            _collect_shapes(files, shapes, found.shapes)
    except OSError as error:
        raise DeviceError(f"{engines}: TensorRT's engines cannot be kept there: {error.strerror or error}") from error
    return found


def _collect_shapes(files: ModelFiles, shapes: InputShapes, path: Path) -> None:
    """Write the range of every tensor's shape, found by running the model on the CPU: no tensor is named by hand."""
    partial = path.with_suffix(f".{os.getpid()}")
    predictor = inference.create_predictor(shape_collecting_config(files, partial))
    entry = predictor.get_input_handle(predictor.get_input_names()[0])
    # It tunes for the shape that it meets most often.
    for shape in (shapes.smallest, shapes.largest, shapes.usual, shapes.usual):
        entry.copy_from_cpu(np.zeros(shape, np.float32))
        predictor.run()
    del entry, predictor  # which writes the file
    partial.rename(path)
