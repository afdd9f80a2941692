from typing import Any

import pytest
from openvino import opset13

from tests.support.small_models import SIZES, Layers, maps, rewritten


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("side", "stride"), [(3, 1), (3, 2), (5, 1)])
def test_a_concatenation_is_convolved_piece_by_piece(size: tuple[int, int], side: int, stride: int) -> None:
    def build() -> Any:
        layers = Layers()
        joined = opset13.concat([layers.input(3), layers.input(5)], 1)
        return layers.model(layers.convolution(joined, 4, side, stride))

    found = rewritten(build, maps(3, *size, pictures=2), maps(5, *size, pictures=2))
    assert (found.count("Concat"), found.count("Convolution"), found.single) == (0, 2, False)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("factor", [2, 3, 8])
@pytest.mark.parametrize("side", [1, 3, 5])
def test_an_enlarged_piece_is_convolved_before_it_is_enlarged(size: tuple[int, int], factor: int, side: int) -> None:
    height, width = size
    whole, small = maps(3, factor * height, factor * width, pictures=2), maps(4, *size, pictures=2)
    found = rewritten(lambda: _convolved_pieces(factor, side), whole, small)
    assert (found.count("Interpolate"), found.count("ConvolutionBackpropData"), found.count("Convolution")) == (0, 1, 1)
    assert not found.single


@pytest.mark.parametrize(("stride", "padding", "mode"), [(2, 1, "nearest"), (1, 0, "nearest"), (1, 1, "linear")])
def test_a_piece_that_no_transposed_convolution_makes_stays_enlarged(stride: int, padding: int, mode: str) -> None:
    found = rewritten(lambda: _convolved_pieces(2, 3, stride, padding, mode), maps(3, 8, 12), maps(4, 4, 6))
    assert (found.count("Interpolate"), found.count("ConvolutionBackpropData"), found.count("Convolution")) == (1, 0, 2)


def test_a_concatenation_that_is_as_fast_as_sums_stays() -> None:
    def build() -> Any:
        layers = Layers()
        return layers.model(layers.convolution(opset13.concat([layers.input(3), layers.input(5)], 1), 4, 1))

    assert rewritten(build, maps(3, 4, 6), maps(5, 4, 6)).count("Concat") == 1


def test_a_concatenation_that_others_need_stays() -> None:
    def build() -> Any:
        layers = Layers()
        joined = opset13.concat([layers.input(3), layers.input(5)], 1)
        return layers.model(opset13.add(layers.convolution(joined, 8, 3), joined))

    assert rewritten(build, maps(3, 4, 6), maps(5, 4, 6)).count("Concat") == 1


def _convolved_pieces(
    factor: int, side: int, stride: int = 1, padding: int | None = None, mode: str = "nearest"
) -> Any:
    """A map and an enlarged one, concatenated and convolved."""
    layers = Layers()
    whole, small = layers.input(3), layers.input(4)
    joined = opset13.concat([layers.resized(small, factor, mode), whole], 1)
    return layers.model(layers.convolution(joined, 2, side, stride, padding))
