from typing import Any

import numpy as np
import pytest
from openvino import opset13

from tests.support.small_models import SIZES, Layers, maps, rewritten


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("swapped", [False, True])
def test_a_map_and_its_multiple_are_added_in_one_pass(size: tuple[int, int], swapped: bool) -> None:
    def build() -> Any:
        layers = Layers()
        whole = layers.input(3)
        factors = [whole, layers.gate(whole)]
        terms = [whole, opset13.multiply(*reversed(factors) if swapped else factors)]
        return layers.model(opset13.add(*reversed(terms) if swapped else terms))

    found = rewritten(build, maps(3, *size, pictures=2))
    assert [node.get_output_partial_shape(0).to_string() for node in found.all("Add")] == ["[?,3,1,1]"]
    assert not found.single


def test_a_map_and_its_product_with_another_map_stay() -> None:
    def build() -> Any:
        layers = Layers()
        whole = layers.input(3)
        return layers.model(opset13.add(whole, opset13.multiply(whole, layers.input(3))))

    found = rewritten(build, maps(3, 4, 6), maps(3, 4, 6))
    assert [node.get_output_partial_shape(0).to_string() for node in found.all("Add")] == ["[?,3,?,?]"]


@pytest.mark.parametrize("size", SIZES)
def test_a_hard_sigmoid_is_clamped(size: tuple[int, int]) -> None:
    def build() -> Any:
        layers = Layers()
        source = opset13.multiply(layers.input(3), opset13.constant(np.float32(10)))  # beyond both of its ends
        sigmoid = opset13.hard_sigmoid(source, opset13.constant(np.float32(0.2)), opset13.constant(np.float32(0.6)))
        return layers.model(sigmoid)

    found = rewritten(build, maps(3, *size, pictures=2))
    assert (found.count("HardSigmoid"), found.count("Clamp")) == (0, 1)


@pytest.mark.parametrize("size", SIZES)
def test_the_mean_of_a_widened_map_is_that_of_what_it_is_made_of(size: tuple[int, int]) -> None:
    (mean,) = rewritten(lambda: _mean(3, 8, 1), maps(3, *size, pictures=2)).all("ReduceMean")
    assert mean.input_value(0).get_node().get_type_name() == "Parameter"


@pytest.mark.parametrize(("inputs", "outputs", "side"), [(8, 3, 1), (3, 8, 3)])
def test_the_mean_of_another_map_stays(inputs: int, outputs: int, side: int) -> None:
    (mean,) = rewritten(lambda: _mean(inputs, outputs, side), maps(inputs, 4, 6)).all("ReduceMean")
    assert mean.input_value(0).get_node().get_type_name() == "Convolution"


def _mean(inputs: int, outputs: int, side: int) -> Any:
    """The mean of a map that is convolved."""
    layers = Layers()
    convolved = layers.convolution(layers.input(inputs), outputs, side)
    return layers.model(opset13.reduce_mean(convolved, opset13.constant([2, 3]), True))
