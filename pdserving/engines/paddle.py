"""Paddle Inference: on the CPU with oneDNN, on GPUs, and there with TensorRT."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

import pdserving.compat  # noqa: F401  # silences what Paddle warns of when it is imported
from pdserving.config.auto import gpu_precision
from pdserving.config.predictor import TENSORRT, LocalService
from pdserving.engine_messages import engine_reason
from pdserving.models.model_files import ONNX_FILE, ModelFiles, find_model_files
from pdserving.setup_errors import DeviceError, ModelUnusableError

# Paddle's C++ log writes every optimization pass to stderr; it reads its level once, when it is imported.
os.environ.setdefault("GLOG_minloglevel", "2")
# Ids as the driver's programs have them, and so `pdserving doctor`: by place. CUDA's own order is by speed.
os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
import paddle
from paddle import inference

from pdserving.engines.engine import InputShapes
from pdserving.engines.predictor_config import predictor_config
from pdserving.engines.tensorrt import tensorrt_files

# Its handlers print a C++ trace even for a signal that only asks the process to stop.
paddle.disable_signal_handler()


T = TypeVar("T")
Device = int | None


class RoundRobin(Generic[T]):
    """Predictors on n devices in turn: the i-th is on device i mod n.

    The first of a device loads the weights; the others share them.

    Args:
        devices: GPU ids, or None alone for the CPU.
        load: makes the first predictor of a device.
        share: makes another over the same weights.
    """

    def __init__(self, devices: Sequence[Device], load: Callable[[Device], T], share: Callable[[T], T]) -> None:
        self._devices = tuple(devices)
        self._load = load
        self._share = share
        self._first: dict[Device, T] = {}
        self._count = 0

    def next(self) -> tuple[Device, T]:
        """The next predictor, and its device."""
        device = self._devices[self._count % len(self._devices)]
        self._count += 1
        if device in self._first:
            return device, self._share(self._first[device])
        first = self._first[device] = self._load(device)
        return device, first


class PaddleEngine:
    """A Paddle Inference predictor with one input and one output.

    Args:
        turns: gives the predictors of this engine and its clones, a device after the other.
        devices: how many GPUs these are on; 0 on the CPU.
    """

    logits = False

    def __init__(self, turns: RoundRobin[Any], devices: int) -> None:
        self.devices = devices
        self._turns = turns
        self.device, self._predictor = turns.next()
        self._input = self._predictor.get_input_handle(self._predictor.get_input_names()[0])
        self._output = self._predictor.get_output_handle(self._predictor.get_output_names()[0])

    @classmethod
    def open(cls, folder: Path, service: LocalService, shapes: InputShapes | None = None) -> "PaddleEngine":
        """Load the program and parameters of a serving model folder.

        Raises:
            ConversionError: no Paddle model in the folder.
            DeviceError: the configured GPUs, or TensorRT, are not there.
            ModelUnusableError: Paddle cannot load it.
        """
        if (folder / ONNX_FILE).is_file():
            raise ModelUnusableError(
                f"{folder}: holds an ONNX model; engine paddle runs Paddle's; accepted: openvino on a CPU, or "
                "a profile of Paddle models, such as ppocrv4"
            )
        files = find_model_files(folder, None, None)

        def load(device: Device) -> Any:
            return _load(folder, files, service, shapes, device)

        turns = RoundRobin[Any](service.device_ids or (None,), load, lambda predictor: predictor.clone())
        return cls(turns, len(service.device_ids))

    def run(self, tensor: NDArray[np.float32], *, alone: bool) -> NDArray[np.float32]:
        """Compute the output of shape (N, …) for an input of shape (N, 3, H, W), always on `thread_num` threads."""
        self._input.copy_from_cpu(tensor)
        self._predictor.run()
        output: NDArray[np.float32] = self._output.copy_to_cpu()
        return output

    def warm_up(self, shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
        """Run all shapes, the largest first: Paddle's allocator then serves every smaller one out of its memory.

        In another order it would take as much memory again for each shape that is larger than those before.
        """
        return [self.run(np.zeros(shape, np.float32), alone=False).shape for shape in shapes][-1]

    def clone(self) -> "PaddleEngine":
        """A predictor for another thread, on the device whose turn it is."""
        return PaddleEngine(self._turns, self.devices)


def limit_gpu_memory(mebibytes: int) -> None:
    """Let this process take no more than so much memory of each GPU; more is an error of the batch that asks for it."""
    paddle.set_flags({"FLAGS_gpu_memory_limit_mb": mebibytes})


def _load(folder: Path, files: ModelFiles, service: LocalService, shapes: InputShapes | None, device: Device) -> Any:
    if device is not None:
        _check_device(service, device)
        capability = paddle.device.cuda.get_device_capability(device)
        service = service.model_copy(update={"precision": gpu_precision(service, capability)})
    tensorrt = None
    if service.device_type == TENSORRT and device is not None:
        if shapes is None:
            raise ValueError("TensorRT needs the shapes that will come")
        tensorrt = tensorrt_files(folder, files, service, shapes, device)
    try:
        return inference.create_predictor(predictor_config(files, service, device, tensorrt))
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelUnusableError(f"{folder}: Paddle cannot load this model: {engine_reason(error)}") from error


def _check_device(service: LocalService, device: int) -> None:
    """Raise DeviceError if Paddle cannot use a GPU. Paddle's own message would speak of its source files."""
    wanted = f"device_type {service.device_type}, devices {service.devices!r}"
    if not paddle.is_compiled_with_cuda():
        raise DeviceError(
            f"{wanted}: Paddle {paddle.version.full_version} here is made for the CPU; accepted: device_type 0, "
            "or the environment that `make serve-gpu` installs"
        )
    count = paddle.device.cuda.device_count()
    if device >= count:
        raise DeviceError(
            f"{wanted}: GPU {device} is not there, Paddle sees {count}; accepted: device_type 0 (`make serve`), or "
            "ids of GPUs below that number; `pdserving doctor --gpu` says what was found"
        )
