"""The interface of an engine, and the shapes of input that it may get."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, int, int, int]


@dataclass(frozen=True)
class InputShapes:
    """Shapes (N, 3, H, W) of a model's inputs.

    Attributes:
        smallest, largest: no dimension of an input is outside these.
        usual: the one to be fastest at.
    """

    smallest: Shape
    usual: Shape
    largest: Shape


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

        The output may be a view of memory that the engine's next run uses again. The output of a run `alone` may be a
        view of memory that the next such run of any clone uses again: read it before another clone is run.
        """

    def warm_up(self, shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
        """Make the first run as fast as a later one.

        Args:
            shapes: shapes of inputs that will come, the largest first.

        Returns:
            The shape of the output for the last of them.
        """

    def clone(self) -> "Engine":
        """A predictor over the same weights for another thread."""
