"""Squeeze and excitation (Hu et al. 2018), by which a map's channels are weighed by what all of the map says."""

from typing import Any

from openvino import opset13

from pdserving.engines.rewriting.convolutions import convolve, is_pointwise
from pdserving.engines.rewriting.nodes import (
    Output,
    constant,
    either_order,
    is_vector,
    nodes,
    producer,
    replace,
    weights_of,
)


def add_one_to_gates(model: Any) -> None:
    """Compute x + x · g as x · (1 + g), where g has a number for each channel: one pass over the map instead of two."""
    for total in nodes(model, "Add"):
        for whole, product in either_order(total):
            gate = _gate_of(whole, product)
            if gate is not None:
                one = opset13.constant(1, gate.get_element_type())
                replace(total, opset13.multiply(whole, opset13.add(gate, one)))
                break


def _gate_of(whole: Output, product: Output) -> Output | None:
    multiplication = producer(product, "Multiply")
    if multiplication is None:
        return None
    for factor, gate in either_order(multiplication):
        if factor == whole and is_vector(gate):
            return gate
    return None


def clamp_gates(model: Any) -> None:
    """Compute a hard sigmoid as what it is: a scaled and shifted number, clamped to 0..1, which a convolution fuses.

    For OpenVINO it is an operation of its own that takes another layout: the gate is reordered before and after it, or
    the map that it weighs is.
    """
    for sigmoid in nodes(model, "HardSigmoid"):
        source, scale, shift = sigmoid.input_values()
        replace(sigmoid, opset13.clamp(opset13.add(opset13.multiply(source, scale), shift), 0, 1))


def pool_before_convolutions(model: Any) -> None:
    """Take a mean before the 1 × 1 convolution that adds channels: the convolution of the mean is the mean of it."""
    for mean in nodes(model, "ReduceMean"):
        convolution = producer(mean.input_value(0), "Convolution")
        axes = constant(mean.input_value(1))
        if convolution is None or axes is None or sorted(axes.ravel().tolist()) != [2, 3] or not mean.get_keep_dims():
            continue
        weights = weights_of(convolution)
        if weights is not None and weights.shape[0] > weights.shape[1] and is_pointwise(convolution, weights):
            pooled = opset13.reduce_mean(convolution.input_value(0), mean.input_value(1), True)
            replace(mean, convolve(pooled.output(0), convolution.input_value(1), [0, 0]))
