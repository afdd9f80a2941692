from typing import Any

import pytest
from openvino import opset13
from openvino._offline_transformations import compress_model_transformation

from tests.support.small_models import SIZES, Layers, maps, rewritten


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("side", [1, 3])
def test_a_wide_map_is_never_made(size: tuple[int, int], swapped: bool, side: int) -> None:
    height, width = size
    narrow, small = maps(3, 2 * height, 2 * width), maps(12, *size)
    found = rewritten(lambda: _convolved_sum(12, swapped=swapped, side=side), narrow, small)
    # The sum is of what has been convolved.
    assert found.all("Add")[-1].get_output_partial_shape(0)[1].to_string() == "2"
    assert (found.count("Interpolate"), found.count("ConvolutionBackpropData"), found.single) == (0, 1, True)


@pytest.mark.parametrize("options", [{"wide": 6}, {"mode": "linear"}, {"padding": 0}, {"gated": False}, {"gates": 1}])
def test_other_sums_stay_and_take_several_pictures(options: dict[str, Any]) -> None:
    options = {"wide": 12, **options}
    narrow, small = maps(3, 8, 12, pictures=2), maps(options["wide"], 4, 6, pictures=2)
    found = rewritten(lambda: _convolved_sum(**options), narrow, small)
    assert (found.count("Interpolate"), found.count("ConvolutionBackpropData"), found.single) == (1, 0, False)


@pytest.mark.parametrize(("narrow", "channels"), [((1, 1), 12), ((8, 12), 1)])
def test_terms_that_the_sum_repeats_stay(narrow: tuple[int, int], channels: int) -> None:
    """A pooled map, which has one pixel, and an enlarged one with one channel for all."""

    def build() -> Any:
        layers = Layers()
        source = layers.input(3)
        if narrow == (1, 1):
            source = opset13.reduce_mean(source, opset13.constant([2, 3]), True)
        widened = layers.convolution(source, 12, 1)
        weighed = opset13.multiply(widened, layers.gate(layers.input(12)))
        return layers.model(layers.convolution(opset13.add(weighed, layers.resized(layers.input(channels), 2)), 2, 3))

    found = rewritten(build, maps(3, *narrow), maps(12, 5, 5), maps(channels, 4, 6))
    assert (found.count("Interpolate"), found.single) == (1, False)


def test_weights_may_be_stored_in_half_precision() -> None:
    def build() -> Any:
        model = _convolved_sum(12)
        compress_model_transformation(model)
        return model

    assert rewritten(build, maps(3, 8, 12), maps(12, 4, 6)).single


def _convolved_sum(
    wide: int,
    *,
    swapped: bool = False,
    side: int = 3,
    padding: int | None = None,
    mode: str = "nearest",
    gated: bool = True,
    gates: int | None = None,
) -> Any:
    """A convolution of a widened map with its gate, and of an enlarged one."""
    layers = Layers()
    narrow, small = layers.input(3), layers.input(wide)
    widened = layers.convolution(narrow, wide, 1)
    gate = layers.gate(widened, gates)
    weighed = opset13.add(widened, opset13.multiply(widened, gate)) if gated else widened
    terms = [weighed, layers.resized(small, 2, mode)]
    total = opset13.add(*reversed(terms) if swapped else terms)
    return layers.model(layers.convolution(total, 2, side, padding=padding))
