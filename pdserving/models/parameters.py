"""Whether a model's parameters are those that its program needs.

Paddle Inference notices parameters that are cut short, but loads another model's of the right number without a word.
"""

import math
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pdserving.models.program import Program, framework_messages
from pdserving.models.variable import DTYPE_BYTES, DTYPES, Variable
from pdserving.setup_errors import ConversionError

_MAX_DESCRIPTION_BYTES = 4096


def check_parameters(program: Program, path: Path) -> None:
    """Compare the tensors in a parameters file with those of the program. Only their headers are read.

    Args:
        program: the program.
        path: the file, or a folder with a file for each parameter.

    Raises:
        ConversionError: a file is damaged, or belongs to another model.
    """
    if path.is_dir():
        for variable in program.parameters:
            _compare(path / variable.name, [variable])
    else:
        _compare(path, list(program.parameters))


def _compare(path: Path, expected: list[Variable]) -> None:
    try:
        with path.open("rb") as file:
            found = list(_shapes(file, path.stat().st_size))
    except OSError as error:
        raise ConversionError(f"{path}: cannot be read: {error.strerror or error}") from error
    except _DamagedError as error:
        raise ConversionError(f"{path}: is damaged, or is no file of Paddle parameters: {error}") from error
    if len(found) != len(expected):
        raise ConversionError(
            f"{path}: has {len(found)} tensors and the program needs {len(expected)}; it belongs to another model"
        )
    for shape, variable in zip(found, expected, strict=True):
        # Sizes only: a tensor may be stored with another type, or as a vector of one for a scalar.
        if min(variable.shape, default=0) >= 0 and math.prod(shape) != math.prod(variable.shape):
            raise ConversionError(
                f"{path}: has a tensor of shape {list(shape)} where the program needs {list(variable.shape)} "
                f"({variable.name}); it belongs to another model"
            )


class _DamagedError(Exception):
    pass


def _shapes(file: BinaryIO, size: int) -> Iterator[tuple[int, ...]]:
    """The shapes of the tensors that follow each other in a file of `size` bytes."""
    tensor_description = framework_messages().VarType.TensorDesc
    while file.tell() < size:
        start = file.tell()
        version, levels = _unpack(file, "<IQ")
        if version != 0 or levels > 8:
            raise _DamagedError(f"there is no tensor at byte {start}")
        for _ in range(levels):
            _skip(file, _unpack(file, "<Q")[0], size)
        version, length = _unpack(file, "<Ii")
        if version != 0 or not 0 < length <= _MAX_DESCRIPTION_BYTES:
            raise _DamagedError(f"there is no tensor at byte {start}")
        try:
            description = tensor_description.FromString(file.read(length))
        except Exception as error:
            raise _DamagedError(f"the tensor at byte {start} is not described") from error
        width = DTYPE_BYTES.get(DTYPES.get(description.data_type, ""))
        shape = tuple(description.dims)
        if width is None or min(shape, default=0) < 0:
            raise _DamagedError(f"the tensor at byte {start} has an unknown type or a negative size")
        _skip(file, width * math.prod(shape), size)
        yield shape


def _unpack(file: BinaryIO, form: str) -> tuple[int, ...]:
    wanted = struct.calcsize(form)
    data = file.read(wanted)
    if len(data) != wanted:
        raise _DamagedError("it ends within a tensor")
    return struct.unpack(form, data)


def _skip(file: BinaryIO, length: int, size: int) -> None:
    if file.tell() + length > size:
        raise _DamagedError("it ends within a tensor")
    file.seek(length, 1)
