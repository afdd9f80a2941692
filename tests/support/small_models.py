"""Models of some operations with weights at random, those that we serve, and what they compute before and after."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray
from openvino import opset13

from pdserving.engines.rewriting import rewrite
from tests.support.paths import ROOT

SIZES = ((4, 6), (7, 5), (1, 3))
"""Heights and widths of the inputs that models are compared on."""

PROPERTIES = {"INFERENCE_PRECISION_HINT": "f32"}


class Layers:
    """Builds a model from its inputs on, layer by layer."""

    def __init__(self) -> None:
        self._rng = np.random.default_rng(0)
        self._inputs: list[Any] = []

    def random(self, *shape: int) -> Any:
        """A constant."""
        return opset13.constant(self._rng.uniform(-1, 1, shape).astype(np.float32))

    def input(self, channels: int) -> Any:
        """An input: maps of any number and size."""
        self._inputs.append(opset13.parameter([-1, channels, -1, -1], np.float32))
        return self._inputs[-1]

    def convolution(self, source: Any, outputs: int, side: int, stride: int = 1, padding: int | None = None) -> Any:
        """One that keeps the size, unless told otherwise."""
        pads = [side // 2 if padding is None else padding] * 2
        weights = self.random(outputs, self._channels(source), side, side)
        return opset13.convolution(source, weights, [stride] * 2, pads, pads, [1, 1])

    def transposed(self, source: Any, outputs: int, side: int, stride: int, padding: int = 0) -> Any:
        """A transposed convolution."""
        weights = self.random(self._channels(source), outputs, side, side)
        pads = [padding] * 2
        return opset13.convolution_backprop_data(
            source, weights, [stride] * 2, pads_begin=pads, pads_end=pads, dilations=[1, 1]
        )

    def resized(self, source: Any, factor: float, mode: str = "nearest") -> Any:
        """An enlarged map."""
        return opset13.interpolate(
            source,
            opset13.constant(np.array([1, 1, factor, factor], np.float32)),
            mode,
            "scales",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )

    def gate(self, source: Any, numbers: int | None = None) -> Any:
        """A number for each channel of a map, unless told otherwise, by its mean."""
        mean = opset13.reduce_mean(source, opset13.constant([2, 3]), True)
        return opset13.sigmoid(self.convolution(mean, numbers or self._channels(source), 1))

    def model(self, output: Any) -> Any:
        """The model that ends with an output."""
        return openvino.Model([output], self._inputs)

    def _channels(self, source: Any) -> int:
        return int(source.get_output_partial_shape(0)[1].get_length())


@dataclass(frozen=True)
class Rewritten:
    """A model after `rewrite`.

    Attributes:
        single: it takes single pictures only.
    """

    model: Any
    single: bool

    def count(self, kind: str) -> int:
        """How many operations of a type it has."""
        return len(self.all(kind))

    def all(self, kind: str) -> list[Any]:
        """Its operations of a type."""
        return [node for node in self.model.get_ordered_ops() if node.get_type_name() == kind]


def rewritten(build: Callable[[], Any], *inputs: NDArray[np.float32]) -> Rewritten:
    """A model that is rewritten; fails if it computes something else than before."""
    plain, model = build(), build()
    single = rewrite(model)
    expected, found = (openvino.Core().compile_model(one, "CPU", PROPERTIES)([*inputs])[0] for one in (plain, model))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
    return Rewritten(model, single)


def served(name: str) -> Any:
    """A model that we serve, as its file has it."""
    folder = ROOT / "serving_models" / name / "server"
    (path,) = [*folder.glob("*.onnx"), *folder.glob("*.pdmodel")]
    return openvino.Core().read_model(path)


def maps(channels: int, height: int, width: int, pictures: int = 1) -> NDArray[np.float32]:
    """An input at random."""
    return np.random.default_rng(1).uniform(-1, 1, (pictures, channels, height, width)).astype(np.float32)
