"""What the rules ask of a model's nodes."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Node = Any  # OpenVINO's types have no stubs
Output = Any

Weights = NDArray[np.float32]


def nodes(model: Any, kind: str) -> Iterator[Node]:
    """A model's nodes of a type, in the order in which they are computed."""
    return (node for node in model.get_ordered_ops() if node.get_type_name() == kind)


def producer(output: Output, kind: str) -> Node | None:
    """The node that an output belongs to, if it is of a type."""
    node = output.get_node()
    return node if node.get_type_name() == kind else None


def only_user(node: Node, kind: str) -> Node | None:
    """The node that uses a node's output, if it is the only one and of a type."""
    users = list(node.output(0).get_target_inputs())
    if len(users) != 1:
        return None
    user = users[0].get_node()
    return user if user.get_type_name() == kind else None


def either_order(node: Node) -> tuple[tuple[Output, Output], tuple[Output, Output]]:
    """The two inputs of a sum or product as they are, and the other way round."""
    first, second = node.input_values()
    return (first, second), (second, first)


def constant(output: Output) -> NDArray[Any] | None:
    """An output's value, if it is the same for all inputs of the model."""
    node = producer(output, "Constant")
    return None if node is None else np.asarray(node.data)


def weights_of(node: Node) -> Weights | None:
    """The constant weights of a convolution or fully connected layer in single precision; its input then has it too."""
    weights = constant(node.input_value(1))
    return weights if weights is not None and weights.dtype == np.float32 else None


def channels(output: Output) -> int | None:
    """How many channels a map of shape (N, C, …) has, if that is known."""
    shape = output.get_partial_shape()
    if shape.rank.is_dynamic or len(shape) < 2 or shape[1].is_dynamic:
        return None
    return int(shape[1].get_length())


def is_vector(output: Output) -> bool:
    """Whether an output is of shape (N, C, 1, 1)."""
    shape = output.get_partial_shape()
    return (
        shape.rank.is_static
        and len(shape) == 4
        and all(side.is_static and side.get_length() == 1 for side in shape[2:])
    )


def has_area(output: Output) -> bool:
    """Whether neither side of a map of shape (N, C, H, W) is known to be a single pixel."""
    return not any(side.is_static and side.get_length() == 1 for side in list(output.get_partial_shape())[2:])


def may_be_single(output: Output) -> bool:
    """Whether an output of shape (N, …) may be of one picture."""
    count = output.get_partial_shape()[0]
    return bool(count.is_dynamic or count.get_length() == 1)


def replace(node: Node, replacement: Node) -> None:
    """Let what uses a node's output use another's."""
    for user in node.output(0).get_target_inputs():
        user.replace_source_output(replacement.output(0))
