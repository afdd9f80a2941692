"""The interface of an engine, and which class serves which name of the configuration's `engine`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pdserving.config.predictor import GPU_DEVICE_TYPES, LocalService
from pdserving.config.schema import EngineName
from pdserving.engines.input_shapes import InputShapes
from pdserving.setup_errors import ModelUnusableError


class Engine(Protocol):
    """A predictor over a serving model folder, with one input and one output. Used by one thread at a time.

    Attributes:
        logits: the output is that of the model before its last softmax or sigmoid.
        devices: how many GPUs its clones take turns on; 0 on the CPU.
        device: the id of the GPU that it is on; None on the CPU.
    """

    logits: bool
    devices: int
    device: int | None

    def run(self, tensor: NDArray[np.float32], *, alone: bool) -> NDArray[np.float32]:
        """Compute the output of shape (N, …) for an input of shape (N, 3, H, W); `alone`: nothing else needs the cores.

        It may be a view of memory that is used again by the engine's next run, and for one that is `alone` by the next
        such run of any clone: with `alone`, no clone is run until the output has been read.
        """

    def warm_up(self, shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
        """Make the first run as fast as a later one.

        Args:
            shapes: of inputs that will come, the largest first.

        Returns:
            The shape of the output for the last of them.
        """

    def clone(self) -> "Engine":
        """A predictor over the same weights for another thread."""


def open_engine(
    name: EngineName,
    folder: Path,
    service: LocalService,
    *,
    prefer_logits: bool = False,
    bf16: bool = False,
    shapes: InputShapes | None = None,
) -> Engine:
    """Load the model of a serving model folder into the engine of that name.

    `auto` is what is fastest on the device: OpenVINO on the CPU, Paddle on a GPU. With `prefer_logits` the engine
    leaves a last softmax or sigmoid out if it can; its `logits` tells. With `bf16` the model finds and reads in
    bfloat16 what it does in single precision, so `precision: auto` may take that. TensorRT needs the `shapes` that
    will come.

    Raises:
        SetupError: the folder holds no model that this engine can run, or the engine is not installed.
    """
    # Imported here: a process needs only the engine that it uses, and each takes its time.
    if name == "paddle" or (name == "auto" and service.device_type in GPU_DEVICE_TYPES):
        from pdserving.engines.paddle import PaddleEngine

        return PaddleEngine.open(folder, service, shapes)
    try:
        from pdserving.engines.openvino import OpenVinoEngine
    except ModuleNotFoundError as error:
        if error.name != "openvino":
            raise
        raise ModelUnusableError(
            "engine openvino is not installed in this environment, as in the one for GPUs; accepted here: engine "
            "paddle, with a profile of Paddle models such as ppocrv4"
        ) from None

    return OpenVinoEngine.open(folder, service, prefer_logits=prefer_logits, bf16=bf16)


def bound_device_memory(mebibytes: int) -> None:
    """Let this process take no more than so much memory of each GPU."""
    from pdserving.engines.paddle import limit_gpu_memory

    limit_gpu_memory(mebibytes)
