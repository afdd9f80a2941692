from typing import Any

import pytest
from openvino import opset13

from tests.support.small_models import SIZES, Layers, maps, rewritten


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("added", [True, False])
@pytest.mark.parametrize(("first", "second", "outputs"), [(2, 2, 1), (2, 3, 2), (3, 2, 3)])
def test_what_is_enlarged_twice_finds_its_place_once(
    size: tuple[int, int], added: bool, first: int, second: int, outputs: int
) -> None:
    def build() -> Any:
        layers = Layers()
        once = layers.transposed(layers.input(4), 12, first, first)
        between = opset13.relu(opset13.add(once, layers.random(1, 12, 1, 1)) if added else once)
        twice = layers.transposed(between, outputs, second, second)
        return layers.model(opset13.add(twice, layers.random(1, outputs, 1, 1)) if added else twice)

    found = rewritten(build, maps(4, *size, pictures=2))
    assert (found.count("ConvolutionBackpropData"), found.count("DepthToSpace"), found.single) == (0, 1, False)


def test_a_result_with_many_channels_is_enlarged_twice() -> None:
    def build() -> Any:
        layers = Layers()
        between = opset13.relu(layers.transposed(layers.input(4), 6, 2, 2))
        return layers.model(layers.transposed(between, 2, 2, 2))

    assert rewritten(build, maps(4, 4, 6)).count("ConvolutionBackpropData") == 2


@pytest.mark.parametrize(("side", "stride", "padding"), [(3, 2, 0), (2, 3, 0), (2, 2, 1)])
def test_squares_that_overlap_or_leave_gaps_or_are_cut_stay_as_they_are(side: int, stride: int, padding: int) -> None:
    def build() -> Any:
        layers = Layers()
        between = opset13.relu(layers.transposed(layers.input(4), 6, side, stride, padding))
        return layers.model(layers.transposed(between, 1, 2, 2))

    found = rewritten(build, maps(4, 4, 6))
    assert (found.count("ConvolutionBackpropData"), found.count("DepthToSpace")) == (2, 0)


def test_what_is_added_to_single_pixels_is_not_taken_for_what_is_added_to_channels() -> None:
    def build() -> Any:
        layers = Layers()
        once = layers.transposed(layers.input(4), 12, 2, 2)
        between = opset13.relu(opset13.add(once, layers.random(1, 1, 1, 12)))
        return layers.model(layers.transposed(between, 1, 2, 2))

    found = rewritten(build, maps(4, 4, 6))
    assert found.count("DepthToSpace") == 0


def test_a_map_that_is_added_between_is_not_lost() -> None:
    def build() -> Any:
        layers = Layers()
        once = layers.transposed(layers.input(4), 6, 2, 2)
        between = opset13.relu(opset13.add(once, layers.input(6)))
        return layers.model(layers.transposed(between, 1, 2, 2))

    found = rewritten(build, maps(4, 4, 6), maps(6, 8, 12))
    assert found.count("DepthToSpace") == 0


def test_a_map_between_that_others_need_stays() -> None:
    def build() -> Any:
        layers = Layers()
        between = opset13.relu(layers.transposed(layers.input(4), 6, 2, 2))
        mean = opset13.reduce_mean(between, opset13.constant([1, 2, 3]), True)
        return layers.model(opset13.add(layers.transposed(between, 1, 2, 2), mean))

    found = rewritten(build, maps(4, 4, 6))
    assert found.count("ConvolutionBackpropData") == 2
