"""OpenVINO on the CPU, over the same serving model folders: Paddle's `.pdmodel` and ONNX."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray

from pdserving.config.auto import cpu_precision
from pdserving.config.predictor import LocalService, Precision
from pdserving.engine_messages import engine_reason
from pdserving.engines.rewriting import rewrite
from pdserving.hardware.processor import usable_cores
from pdserving.models.model_files import ONNX_FILE, find_model_files
from pdserving.setup_errors import ModelUnusableError

_HINTS: Mapping[Precision, str] = {"fp32": "f32", "bf16": "bf16"}
_PREPARED = 1600
"""How many operations, each for one shape of its input, a compiled model keeps prepared: those of some 35 shapes.

Another shape takes a millisecond more where oneDNN still has its operations, and 15 to 30 where it has not. It keeps
them for all models of a process: see `pdserving/engines/tuning.py`. OpenVINO's own 5,000 are a gigabyte for all models.
"""
_LARGE = 100_000
"""Pixels of an input whose intermediate tensors are worth giving back: some 30 MB and more in a detector."""


class OpenVinoEngine:
    """A model compiled for `thread_num` threads, and for all cores where there are more; clones share the latter."""

    devices = 0
    device: int | None = None

    def __init__(
        self, model: Any, thread_num: int, precision: Precision, wide: "Compiled | None", logits: bool, single: bool
    ) -> None:
        self.logits = logits
        self._model = model
        self._single = single  # it takes one picture at a time
        self._precision = precision
        self._narrow = Compiled(model, thread_num, precision)
        self._wide = wide

    @classmethod
    def open(cls, folder: Path, service: LocalService, *, prefer_logits: bool, bf16: bool) -> "OpenVinoEngine":
        """Load the model of a serving model folder.

        Args:
            folder: the serving model folder.
            service: the predictor's configuration.
            prefer_logits: whether to leave a last softmax or sigmoid out.
            bf16: whether the model reads in bfloat16 as well as in single precision.

        Raises:
            ConversionError: no model in the folder.
            DeviceError: the processor does not compute in the configured precision.
            ModelUnusableError: OpenVINO cannot load it.
        """
        precision = cpu_precision(service, bf16=bf16)
        path = model_file(folder)
        try:
            model = openvino.Core().read_model(path)
            logits = prefer_logits and drop_activation(model)
            single = rewrite(model)
            wide = Compiled(model, usable_cores(), precision) if usable_cores() > service.thread_num else None
            return cls(model, service.thread_num, precision, wide, logits, single)
        except RuntimeError as error:
            raise ModelUnusableError(f"{path}: OpenVINO cannot load it: {engine_reason(error)}") from error

    def run(self, tensor: NDArray[np.float32], *, alone: bool) -> NDArray[np.float32]:
        """Compute the output of shape (N, …) for an input of shape (N, 3, H, W), on all cores if `alone`.

        The output may be a view. It is valid until this engine's next run, and if `alone` until the next such run of
        any clone.
        """
        if not self._single or len(tensor) == 1:
            return self._run(tensor, alone=alone)
        return np.concatenate([self._run(tensor[row : row + 1], alone=alone).copy() for row in range(len(tensor))])

    def _run(self, tensor: NDArray[np.float32], *, alone: bool) -> NDArray[np.float32]:
        if self._wide is not None and self._wide.lock.acquire(blocking=False):
            try:
                if alone:
                    self._narrow.release_if_large()
                    return self._wide.infer(tensor)
                self._wide.release_if_large()
            finally:
                self._wide.lock.release()
        return self._narrow.infer(tensor)

    def warm_up(self, shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
        """Run the smallest shape on both variants: the first run is the slow one, whatever its shape."""
        for alone in (True, False):
            output = self.run(np.zeros(shapes[-1], np.float32), alone=alone)
        return output.shape

    def clone(self) -> "OpenVinoEngine":
        """The model compiled once more: so each thread has a stream of its own, and waits for no other."""
        return OpenVinoEngine(self._model, self._narrow.threads, self._precision, self._wide, self.logits, self._single)


def model_file(folder: Path) -> Path:
    """The file of a serving model folder that OpenVINO reads; ConversionError if there is none."""
    path = folder / ONNX_FILE
    return path if path.is_file() else find_model_files(folder, None, None).program


def drop_activation(model: Any) -> bool:
    """Let the model end before its last softmax or sigmoid; False if it has none."""
    result = model.get_results()[0]
    last = result.input_value(0).get_node()
    if last.get_type_name() not in ("Softmax", "Sigmoid"):
        return False
    result.input(0).replace_source_output(last.input_value(0))
    model.validate_nodes_and_infer_types()
    return True


class Compiled:
    """A model compiled for a number of threads. Where several share it, whoever holds the lock uses it."""

    def __init__(self, model: Any, threads: int, precision: Precision) -> None:
        self.threads = threads
        self.lock = threading.Lock()
        properties = {
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            # Not left to OpenVINO, which takes bf16 where the processor only emulates it.
            "INFERENCE_PRECISION_HINT": _HINTS[precision],
            # Two engines, or two processes, would be pinned to the same core.
            "ENABLE_CPU_PINNING": False,
            "CPU_RUNTIME_CACHE_CAPACITY": _PREPARED,
        }
        self._compiled = openvino.Core().compile_model(model, "CPU", properties)
        self._request = self._compiled.create_infer_request()
        self._largest = 0

    def infer(self, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        """The output for a tensor: a view, valid until the next call."""
        self._largest = max(self._largest, tensor.size // tensor.shape[1])
        shared = openvino.Tensor(tensor, shared_memory=True)
        output: NDArray[np.float32] = self._request.infer({0: shared}, share_outputs=True)[0]
        return output

    def release_if_large(self) -> None:
        """Give the memory of intermediate tensors back if it is much, so that not both variants of a model hold it."""
        if self._largest >= _LARGE:
            self._compiled.release_memory()
            self._largest = 0
