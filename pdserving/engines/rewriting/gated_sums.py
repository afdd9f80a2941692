"""A convolution of the sum of a gated map and an enlarged one, each by the shortest way."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from openvino import opset13

from pdserving.engines.rewriting.convolutions import (
    convolve,
    convolve_enlarged,
    enlargement,
    is_pointwise,
    keeps_size,
)
from pdserving.engines.rewriting.nodes import (
    Node,
    Output,
    Weights,
    channels,
    either_order,
    has_area,
    is_vector,
    may_be_single,
    nodes,
    only_user,
    producer,
    replace,
    weights_of,
)

_WIDER = 4
"""A map must have so many times the channels of what it is made of. With twice as many, the convolutions of the two
terms take about as long as the one of their sum."""


@dataclass(frozen=True)
class _Gated:
    """A map that a 1 × 1 convolution makes of one with fewer channels, times a number for each channel.

    Attributes:
        narrow: what it is made of.
        weights: the convolution's, shape (output channels, input channels).
        gate: shape (1, output channels, 1, 1).
    """

    narrow: Output
    weights: Weights
    gate: Output


def convolve_before_widening(model: Any) -> bool:
    """conv(gate · widened(a) + enlarged(b)) = conv'(a) + transposed(b); the wide and large map is never made.

    The weights of conv' join all that is done to a. They depend on the gate, and so on the picture: they are computed
    for each picture. As a convolution has one set of weights, an input may then have one picture only. Both terms must
    be of one size: a map of a single pixel, or with one channel, which a sum would repeat, is no such term.

    Returns:
        Whether an input may have one picture only from now on.
    """
    found = False
    for convolution in nodes(model, "Convolution"):
        total = producer(convolution.input_value(0), "Add")
        weights = weights_of(convolution)
        if total is None or weights is None or only_user(total, "Convolution") is None:
            continue
        for product, enlarged in either_order(total):
            gated, factor = _gated(product), enlargement(enlarged)
            fits = channels(enlarged) == weights.shape[1] and keeps_size(convolution, weights)
            if gated is not None and factor and fits:
                own = convolve(gated.narrow, _merged(weights, gated), convolution.get_attributes()["pads_begin"])
                replace(convolution, opset13.add(convolve_enlarged(enlarged, weights, factor), own))
                found = True
                break
    return found


def _gated(product: Output) -> _Gated | None:
    multiplication = producer(product, "Multiply")
    if multiplication is None or only_user(multiplication, "Add") is None:
        return None
    for widened, gate in either_order(multiplication):
        widening = producer(widened, "Convolution")
        weights = None if widening is None else weights_of(widening)
        if widening is None or weights is None or only_user(widening, "Multiply") is None or not is_vector(gate):
            continue
        outputs, inputs = weights.shape[:2]
        fits = is_pointwise(widening, weights) and has_area(widened) and may_be_single(gate)
        if fits and channels(gate) == outputs >= _WIDER * inputs:
            return _Gated(widening.input_value(0), weights[:, :, 0, 0], gate)
    return None


def _merged(weights: Weights, gated: _Gated) -> Node:
    """The weights of a convolution that follows a gated map, for what that is made of, which has fewer channels."""
    outputs, wide, height, width = weights.shape
    narrow = gated.weights.shape[1]
    rows = opset13.constant(np.ascontiguousarray(weights.transpose(0, 2, 3, 1)).reshape(-1, wide))
    gate = opset13.reshape(gated.gate, opset13.constant([wide, 1]), False)
    product = opset13.matmul(rows, opset13.multiply(opset13.constant(gated.weights), gate), False, False)
    square = opset13.reshape(product, opset13.constant([outputs, height, width, narrow]), False)
    return opset13.transpose(square, opset13.constant([0, 3, 1, 2]))
