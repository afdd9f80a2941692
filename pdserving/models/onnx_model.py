"""What an ONNX model says of itself, read by OpenVINO."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pdserving.engine_messages import engine_reason
from pdserving.models.program import Program
from pdserving.models.variable import Variable
from pdserving.setup_errors import ConversionError

_DTYPES = {
    "f16": "float16",
    "f32": "float32",
    "f64": "float64",
    "i8": "int8",
    "i32": "int32",
    "i64": "int64",
    "u8": "uint8",
}


@dataclass(frozen=True)
class OnnxModel:
    """The inputs and outputs of a model, and the texts that its maker put into its metadata, by their keys."""

    program: Program
    metadata: dict[str, str]


def read_onnx(path: Path) -> OnnxModel:
    """Read an ONNX model; ConversionError for a file that is none, or that OpenVINO cannot read."""
    import openvino

    try:
        model = openvino.Core().read_model(path)
    except RuntimeError as error:
        raise ConversionError(f"{path}: is no ONNX model that OpenVINO can read: {engine_reason(error)}") from error
    inputs, outputs = (tuple(map(_variable, ports)) for ports in (model.inputs, model.outputs))
    info = model.get_rt_info()
    framework = info["framework"] if "framework" in info else {}  # noqa: SIM401  # OpenVINO's map has no get
    metadata = {key: str(value.value) for key, value in framework.items()}
    return OnnxModel(Program("onnx", inputs, outputs, ()), metadata)


def _variable(port: Any) -> Variable:
    shape = tuple(size.get_length() if size.is_static else -1 for size in port.get_partial_shape())
    return Variable(port.get_any_name(), _DTYPES.get(port.get_element_type().get_type_name(), "unknown"), shape)
