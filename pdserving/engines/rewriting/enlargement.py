"""Two transposed convolutions whose squares do not overlap: a 1 × 1 convolution each, then pixels find their places."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from openvino import opset13

from pdserving.engines.rewriting.convolutions import convolve
from pdserving.engines.rewriting.nodes import (
    Node,
    Output,
    Weights,
    constant,
    nodes,
    only_user,
    producer,
    replace,
    weights_of,
)

_FEWER = 4
"""The result must have so many times fewer channels than the map between: the second step computes with all places of a
square at once, of which only one counts."""


@dataclass(frozen=True)
class _Enlarging:
    """A transposed convolution that makes a square of each pixel, and what is added to each channel then.

    Attributes:
        source: what it enlarges.
        weights: shape (input channels, output channels, side, side).
        added: shape (output channels,).
        result: what comes of it.
    """

    source: Output
    weights: Weights
    added: Weights
    result: Output

    @property
    def side(self) -> int:
        """The side of the square, in pixels."""
        return int(self.weights.shape[2])


def enlarge_once(model: Any) -> None:
    """Keep what becomes of a pixel in that pixel's channels until the last of two enlargements.

    Between the two there is only a ReLU, to which it does not matter where a value stands. So the large map between
    them is never made.
    """
    for relu in nodes(model, "Relu"):
        first = _that_makes(relu.input_value(0))
        user = only_user(relu, "ConvolutionBackpropData")
        second = None if user is None else _enlarging(user)
        if first is None or second is None:
            continue
        middle, outputs = second.weights.shape[:2]
        if middle >= _FEWER * outputs:
            replace(second.result.get_node(), _enlarged(first, second))


def _enlarged(first: _Enlarging, second: _Enlarging) -> Node:
    """Both in one. Between them a pixel has the channels of the first one's square, those of a place side by side."""
    inputs, middle = first.weights.shape[:2]
    outputs, places = second.weights.shape[1], first.side**2
    spread = first.weights.transpose(2, 3, 1, 0).reshape(places * middle, inputs)
    gather = np.zeros((first.side, second.side, first.side, second.side, outputs, places, middle), np.float32)
    for place, (row, column) in enumerate(np.ndindex(first.side, first.side)):
        gather[row, :, column, :, :, place] = second.weights.transpose(2, 3, 1, 0)
    side = first.side * second.side
    between = opset13.relu(_pointwise(first.source, spread, np.tile(first.added, places)))
    flat = gather.reshape(side**2 * outputs, places * middle)
    packed = _pointwise(between.output(0), flat, np.tile(second.added, side**2))
    return opset13.depth_to_space(packed, "blocks_first", side)


def _pointwise(source: Output, weights: Weights, added: Weights) -> Node:
    """A 1 × 1 convolution: `weights` of shape (output channels, input channels)."""
    convolved = convolve(source, weights[:, :, None, None], [0, 0])
    return opset13.add(convolved, opset13.constant(added.reshape(1, -1, 1, 1)))


def _that_makes(result: Output) -> _Enlarging | None:
    add = producer(result, "Add")
    node = producer(result if add is None else add.input_value(0), "ConvolutionBackpropData")
    found = None if node is None else _enlarging(node)
    return found if found is not None and found.result == result else None


def _enlarging(node: Node) -> _Enlarging | None:
    """What a transposed convolution does, None if its squares overlap or leave gaps."""
    weights, settings = weights_of(node), node.get_attributes()
    if weights is None or weights.ndim != 4 or node.get_input_size() > 2 or settings["auto_pad"] != "explicit":
        return None
    sides = list(weights.shape[2:])
    if not settings["strides"] == sides == sides[::-1] or settings["dilations"] != [1, 1]:
        return None
    if any(settings["pads_begin"] + settings["pads_end"] + settings["output_padding"]):
        return None
    source, outputs = node.input_value(0), weights.shape[1]
    add = only_user(node, "Add")
    added = None if add is None else constant(add.input_value(1))
    if add is None or added is None or added.shape != (1, outputs, 1, 1):
        return _Enlarging(source, weights, np.zeros(outputs, np.float32), node.output(0))
    return _Enlarging(source, weights, added.reshape(-1), add.output(0))
