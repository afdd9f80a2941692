"""conv(concat(a, b)) = conv_a(a) + conv_b(b): what is concatenated is not copied together."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
from openvino import opset13

from pdserving.engines.rewriting.convolutions import convolve_enlarged, enlargement, keeps_size
from pdserving.engines.rewriting.nodes import (
    Node,
    Output,
    Weights,
    channels,
    nodes,
    only_user,
    producer,
    replace,
    weights_of,
)


def split_concatenations(model: Any) -> None:
    """Convolve what is concatenated along the channels piece by piece, and an enlarged piece before it is enlarged.

    Where no piece is enlarged, a 1 × 1 convolution stays: with the copy it takes no longer than several and their sum.
    """
    for convolution in nodes(model, "Convolution"):
        concatenation = producer(convolution.input_value(0), "Concat")
        weights = weights_of(convolution)
        if concatenation is None or weights is None or only_user(concatenation, "Convolution") is None:
            continue
        pieces = concatenation.input_values()
        sizes = [size for size in map(channels, pieces) if size is not None]
        gains = weights.shape[2:] != (1, 1) or any(map(enlargement, pieces))
        if gains and concatenation.get_axis() == 1 and len(sizes) == len(pieces):
            bounds: list[int] = np.cumsum(sizes)[:-1].tolist()
            replace(convolution, _sum(convolution, pieces, np.split(weights, bounds, axis=1)))


def _sum(convolution: Node, pieces: Sequence[Output], weights: Sequence[Weights]) -> Node:
    terms = [_term(convolution, piece, part) for piece, part in zip(pieces, weights, strict=True)]
    # Plain convolutions come last: OpenVINO lets them add to what is there.
    terms.sort(key=lambda term: term.get_type_name() == "Convolution")
    return reduce(opset13.add, terms)


def _term(convolution: Node, piece: Output, weights: Weights) -> Node:
    factor = enlargement(piece)
    if factor and keeps_size(convolution, weights):
        return convolve_enlarged(piece, weights, factor)
    settings = convolution.get_attributes()
    return opset13.convolution(
        piece,
        opset13.constant(np.ascontiguousarray(weights)),
        settings["strides"],
        settings["pads_begin"],
        settings["pads_end"],
        settings["dilations"],
        settings["auto_pad"],
    )
