"""What a Paddle inference program takes, gives and needs, read without running it."""

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from pdserving.models.pir_program import read_pir
from pdserving.models.variable import DTYPES, Variable
from pdserving.paddle_serving.programs import is_pir_program
from pdserving.setup_errors import ConversionError

_DENSE_TENSOR = 7
_VARIABLE_TENSOR_FIELD = 3
"""`dense_tensor` in VarType, which was named `lod_tensor` before Paddle 3."""


@dataclass(frozen=True)
class Program:
    """A program: inputs and outputs in the order of their positions, parameters sorted by name as they are stored."""

    format: Literal["pdmodel", "json", "onnx"]
    inputs: tuple[Variable, ...]
    outputs: tuple[Variable, ...]
    parameters: tuple[Variable, ...]


def read_program(path: Path) -> Program:
    """Read a `.pdmodel` (a serialized ProgramDesc) or a Paddle 3 `.json` program; ConversionError for any other."""
    if path.suffix == ".json" or is_pir_program(path):
        inputs, outputs, parameters = read_pir(path)
        return _checked(path, Program("json", inputs, outputs, parameters))
    from google.protobuf.message import DecodeError

    try:
        description = framework_messages().ProgramDesc.FromString(path.read_bytes())
    except DecodeError as error:
        raise ConversionError(f"{path}: is not a Paddle program, or is damaged; accepted: .pdmodel, .json") from error
    if not description.blocks:
        raise ConversionError(f"{path}: is not a Paddle program: it has no operators; accepted: .pdmodel, .json")
    block = description.blocks[0]
    variables = {variable.name: _variable(variable) for variable in block.vars if variable.type.type == _DENSE_TENSOR}
    try:
        inputs = tuple(variables[name] for name in _names(block.ops, "feed"))
        outputs = tuple(variables[name] for name in _names(block.ops, "fetch"))
    except KeyError as error:
        raise ConversionError(f"{path}: is damaged: its variable {error} is not described") from error
    parameters = tuple(variables[item.name] for item in block.vars if item.persistable and item.name in variables)
    return _checked(path, Program("pdmodel", inputs, outputs, tuple(sorted(parameters, key=lambda item: item.name))))


@cache
def framework_messages() -> ModuleType:
    """Paddle's own protobuf messages of programs and tensors.

    They are loaded from their file. An import by name would import all of Paddle, which takes two seconds and prints.
    """
    package = importlib.util.find_spec("paddle")
    if package is None or package.origin is None:
        raise ConversionError("Paddle is not installed; models are read with it: pip install paddlepaddle")
    path = Path(package.origin).parent / "base" / "proto" / "framework_pb2.py"
    spec = importlib.util.spec_from_file_location("pdserving_paddle_framework_pb2", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ConversionError(f"{path}: is missing; this version of Paddle cannot be used to read models")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _checked(path: Path, program: Program) -> Program:
    if not program.inputs or not program.outputs:
        raise ConversionError(f"{path}: names no inputs or no outputs; accepted: a model saved for inference")
    return program


def _names(operators: Any, kind: str) -> list[str]:
    """The variables that the feed or fetch operators name, in the order of their `col`."""
    found: list[tuple[int, str]] = []
    for operator in operators:
        if operator.type == kind:
            column = next((attribute.i for attribute in operator.attrs if attribute.name == "col"), len(found))
            slots = operator.outputs if kind == "feed" else operator.inputs
            found.append((column, slots[0].arguments[0]))
    return [name for _, name in sorted(found)]


def _variable(description: Any) -> Variable:
    field = description.type.DESCRIPTOR.fields_by_number[_VARIABLE_TENSOR_FIELD]
    tensor = getattr(description.type, field.name)
    # Its second field is the level of detail, under one name in Paddle 2 and another in Paddle 3.
    levels = getattr(tensor, tensor.DESCRIPTOR.fields_by_number[2].name)
    dtype = DTYPES.get(tensor.tensor.data_type, "unknown")
    return Variable(description.name, dtype, tuple(tensor.tensor.dims), levels)
