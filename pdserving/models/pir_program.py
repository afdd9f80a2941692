"""Paddle 3 programs: PIR as JSON, `inference.json`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pdserving.models.variable import Variable
from pdserving.setup_errors import ConversionError

_DTYPES: Mapping[str, str] = {
    "t_bool": "bool",
    "t_i8": "int8",
    "t_ui8": "uint8",
    "t_i16": "int16",
    "t_i32": "int32",
    "t_i64": "int64",
    "t_f16": "float16",
    "t_bf16": "bfloat16",
    "t_f32": "float32",
    "t_f64": "float64",
    "t_c64": "complex64",
    "t_c128": "complex128",
}
"""Element types as PIR writes them, after the number of the dialect."""

Variables = tuple[Variable, ...]


def read_pir(path: Path) -> tuple[Variables, Variables, Variables]:
    """The inputs, outputs and parameters of a Paddle 3 program.

    Returns:
        Inputs and outputs in the order of their positions, parameters sorted by name. Outputs have the names that
        Paddle Inference gives them, `fetch_name_0` and so on.

    Raises:
        ConversionError: the file is no such program.
    """
    try:
        tree = json.loads(path.read_bytes())
        if tree["base_code"]["magic"] != "pir":
            raise ConversionError(f"{path}: is not a Paddle 3 program: its magic is not 'pir'")
        operators = tree["program"]["regions"][0]["blocks"][0]["ops"]
        inputs: list[tuple[int, Variable]] = []
        outputs: list[tuple[int, Variable]] = []
        parameters: list[Variable] = []
        for operator in operators:
            # An operator's name follows the number of its dialect; a parameter's is the bare letter p.
            kind = operator["#"].rpartition(".")[2]
            if kind == "p":
                parameters.append(_variable(operator["A"][3], operator["O"]))
            elif kind in ("data", "feed"):
                inputs.append(_positioned(operator, len(inputs)))
            elif kind == "fetch":
                outputs.append(_positioned(operator, len(outputs)))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise ConversionError(f"{path}: is not a Paddle 3 program, or is damaged: {error!r}") from error
    return (
        tuple(variable for _, variable in sorted(inputs, key=lambda item: item[0])),
        tuple(variable for _, variable in sorted(outputs, key=lambda item: item[0])),
        tuple(sorted(parameters, key=lambda variable: variable.name)),
    )


def _positioned(operator: Mapping[str, Any], position: int) -> tuple[int, Variable]:
    attributes = {attribute["N"]: attribute["AT"]["D"] for attribute in operator["A"]}
    return int(attributes.get("col", position)), _variable(attributes["name"], operator["O"][0])


def _variable(name: str, output: Mapping[str, Any]) -> Variable:
    element, shape, _layout, lod, *_ = output["TT"]["D"]
    dtype = _DTYPES.get(element["#"].rpartition(".")[2], "unknown")
    return Variable(name, dtype, tuple(int(size) for size in shape), len(lod))
