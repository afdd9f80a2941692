"""The interface of an engine, and which class serves which name of the configuration's `engine`."""

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pdserving.config.schema import LocalService


class Engine(Protocol):
    """A predictor over a serving model folder, with one input and one output. Used by one thread at a time."""

    def run(self, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        """Compute the model's output for an input of shape (N, 3, H, W). The result is the caller's to keep."""

    def clone(self) -> "Engine":
        """A predictor over the same weights for another thread."""


def open_engine(name: str, folder: Path, service: LocalService) -> Engine:
    """Load the model of a serving model folder into the engine of that name.

    Raises:
        SetupError: the folder holds no model that this engine can run.
    """
    if name != "paddle":
        raise ValueError(f"engine {name!r}")
    # Imported here: a process that opens no engine need not spend two seconds on Paddle.
    from pdserving.engines.paddle import PaddleEngine

    return PaddleEngine.open(folder, service)
