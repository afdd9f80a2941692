"""What the rules ask of a model's convolutions, and how one of an enlarged map is computed before it is enlarged."""

import numpy as np
from openvino import opset13

from pdserving.engines.rewriting.nodes import Node, Output, Weights, constant, producer

_SCALES_AT = {"opset4": 2, "opset11": 1}
"""Where the scales are among the inputs of an Interpolate, by its version; axes may follow."""


def keeps_size(convolution: Node, weights: Weights) -> bool:
    """Whether a convolution's result has the height and width of its input, each pixel that of the kernel's middle."""
    settings, sides = convolution.get_attributes(), weights.shape[2:]
    return (
        settings["auto_pad"] == "explicit"
        and settings["strides"] == settings["dilations"] == [1, 1]
        and settings["pads_begin"] == settings["pads_end"] == [side // 2 for side in sides]
        and all(side % 2 for side in sides)
    )


def is_pointwise(convolution: Node, weights: Weights) -> bool:
    """Whether each pixel of a convolution's result comes of the one pixel in its place."""
    return weights.shape[2:] == (1, 1) and keeps_size(convolution, weights)


def convolve(source: Output, weights: Weights | Output, padding: list[int]) -> Node:
    """A plain convolution with a stride of 1.

    Args:
        source: shape (N, input channels, H, W).
        weights: shape (output channels, input channels, height, width).
        padding: pixels above and below, and on the left and right.
    """
    if isinstance(weights, np.ndarray):
        weights = opset13.constant(np.ascontiguousarray(weights))
    return opset13.convolution(source, weights, [1, 1], padding, padding, [1, 1])


def enlargement(output: Output) -> int:
    """The factor by which a map repeats the rows and columns of another; 0 if it does not."""
    resize = producer(output, "Interpolate")
    scales_at = None if resize is None else _SCALES_AT.get(resize.get_type_info().version_id)
    if resize is None or scales_at is None:
        return 0
    settings, inputs = resize.get_attributes(), resize.input_values()
    repeats = (
        settings["mode"] == "nearest"
        and settings["coordinate_transformation_mode"] == "asymmetric"
        and settings["nearest_mode"] in ("floor", "simple")  # the same where a map grows
        and settings["shape_calculation_mode"] == "scales"
        and not any(settings["pads_begin"] + settings["pads_end"])
    )
    scales, *axes = [None if value is None else value.tolist() for value in map(constant, inputs[scales_at:])]
    if not repeats or scales is None or len(scales) != 4 or axes not in ([], [[0, 1, 2, 3]]):
        return 0
    *unchanged, rows, columns = scales
    return int(rows) if unchanged == [1, 1] and rows == columns == int(rows) > 1 else 0


def convolve_enlarged(enlarged: Output, weights: Weights, factor: int) -> Node:
    """A convolution of an enlarged map that keeps its size, computed from the map that was enlarged.

    A pixel becomes a square of `factor`², and every weight adds one such square, shifted, to the result. That is a
    transposed convolution with a kernel of `factor` + side - 1, in which each pixel of the result meets only what it
    needs.

    Args:
        enlarged: the output in which `enlargement` has found the factor.
        weights: shape (output channels, input channels, height, width), height and width odd.
        factor: the factor.
    """
    outputs, inputs, height, width = weights.shape
    kernel = np.zeros((inputs, outputs, factor + height - 1, factor + width - 1), np.float32)
    for row, column in np.ndindex(height, width):
        top, left = height - 1 - row, width - 1 - column
        kernel[:, :, top : top + factor, left : left + factor] += weights[:, :, row, column].T[:, :, None, None]
    padding = [height // 2, width // 2]
    source = enlarged.get_node().input_value(0)
    return opset13.convolution_backprop_data(
        source,
        opset13.constant(kernel),
        [factor, factor],
        pads_begin=padding,
        pads_end=padding,
        dilations=[1, 1],
    )
