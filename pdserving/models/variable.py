"""One tensor that a program names."""

from collections.abc import Mapping
from dataclasses import dataclass

DTYPES: Mapping[int, str] = {
    0: "bool",
    1: "int16",
    2: "int32",
    3: "int64",
    4: "float16",
    5: "float32",
    6: "float64",
    20: "uint8",
    21: "int8",
    22: "bfloat16",
    23: "complex64",
    24: "complex128",
}
"""The name of an element type by its number, Paddle's VarType.Type."""

DTYPE_BYTES: Mapping[str, int] = {
    "bool": 1,
    "int8": 1,
    "uint8": 1,
    "int16": 2,
    "float16": 2,
    "bfloat16": 2,
    "int32": 4,
    "float32": 4,
    "int64": 8,
    "float64": 8,
    "complex64": 8,
    "complex128": 16,
}


@dataclass(frozen=True)
class Variable:
    """A tensor.

    Attributes:
        name: its name.
        dtype: its element type; "unknown" for one that Paddle Serving has no code for.
        shape: its shape; a negative size stands for any.
        lod_level: above 0 for a batch of sequences of different lengths.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    lod_level: int = 0
