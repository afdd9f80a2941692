"""Paddle Inference on the CPU, with oneDNN."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import pdserving.compat  # noqa: F401  # silences what Paddle warns of when it is imported
from pdserving.config.schema import LocalService
from pdserving.models.model_files import ONNX_FILE, ModelFiles, find_model_files
from pdserving.models.reason import engine_reason
from pdserving.setup_errors import ModelUnusableError

# Paddle's C++ log writes every optimization pass to stderr; it reads its level once, when it is imported.
os.environ.setdefault("GLOG_minloglevel", "2")
import paddle
from paddle import inference

# Its handlers print a C++ trace even for a signal that only asks the process to stop.
paddle.disable_signal_handler()


class PaddleEngine:
    """A Paddle Inference predictor with one input and one output."""

    logits = False

    def __init__(self, predictor: Any) -> None:
        self._predictor = predictor
        self._input = predictor.get_input_handle(predictor.get_input_names()[0])
        self._output = predictor.get_output_handle(predictor.get_output_names()[0])

    @classmethod
    def open(cls, folder: Path, service: LocalService) -> "PaddleEngine":
        """Load the program and parameters of a serving model folder.

        Raises:
            ConversionError: no Paddle model in the folder.
            ModelUnusableError: Paddle cannot load it.
        """
        if (folder / ONNX_FILE).is_file():
            raise ModelUnusableError(f"{folder}: holds an ONNX model; engine paddle runs Paddle's; accepted: openvino")
        files = find_model_files(folder, None, None)
        try:
            return cls(inference.create_predictor(_predictor_config(files, service)))
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelUnusableError(f"{folder}: Paddle cannot load this model: {engine_reason(error)}") from error

    def run(self, tensor: NDArray[np.float32], *, alone: bool) -> NDArray[np.float32]:
        """Compute the output of shape (N, …) for an input of shape (N, 3, H, W), always on `thread_num` threads."""
        self._input.copy_from_cpu(tensor)
        self._predictor.run()
        output: NDArray[np.float32] = self._output.copy_to_cpu()
        return output

    def warm_up(self, shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
        """Run all shapes, the largest first: Paddle's allocator then serves every smaller one out of its memory.

        In another order it would take as much again for each that is larger than those before.
        """
        return [self.run(np.zeros(shape, np.float32), alone=False).shape for shape in shapes][-1]

    def clone(self) -> "PaddleEngine":
        """A predictor over the same weights for another thread."""
        return PaddleEngine(self._predictor.clone())


def _predictor_config(files: ModelFiles, service: LocalService) -> Any:
    if files.params is None:
        config = inference.Config(str(files.program.parent))
    else:
        config = inference.Config(str(files.program), str(files.params))
    config.disable_glog_info()
    config.disable_gpu()
    config.set_cpu_math_library_num_threads(service.thread_num)
    config.switch_ir_optim(service.ir_optim)
    # Paddle 3.3.1 cannot make a predictor of a .json program with it.
    if service.mem_optim and files.program.suffix != ".json":
        config.enable_memory_optim()
    if service.use_mkldnn:
        config.enable_mkldnn()
        config.set_mkldnn_cache_capacity(service.mkldnn_cache_capacity)
    else:
        config.disable_mkldnn()
    return config
