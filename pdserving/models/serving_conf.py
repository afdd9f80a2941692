"""The description that Paddle Serving keeps beside a model: `GeneralModelConfig`, as text and serialized."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pdserving.compat import install
from pdserving.models.program import Program
from pdserving.models.variable import Variable
from pdserving.setup_errors import ConversionError

SERVER_CONF = "serving_server_conf.prototxt"
CLIENT_CONF = "serving_client_conf.prototxt"

_TYPE_CODES: Mapping[str, int] = {
    "int64": 0,
    "float32": 1,
    "int32": 2,
    "float64": 3,
    "int16": 4,
    "float16": 5,
    "bfloat16": 6,
    "uint8": 7,
    "int8": 8,
    "bool": 9,
    "complex64": 10,
    "complex128": 11,
}
_NO_TYPE_CODE = -1


@dataclass(frozen=True)
class ServingVariable:
    """An input or output.

    Attributes:
        name: its name in the model.
        alias: the name that requests use.
        type_code: Paddle Serving's number of the element type; -1 where it has none.
        is_lod_tensor: whether it is a batch of sequences of different lengths.
        shape: the sizes that do not vary.
    """

    name: str
    alias: str
    type_code: int
    is_lod_tensor: bool
    shape: tuple[int, ...]


@dataclass(frozen=True)
class ServingConf:
    """The inputs and outputs of a model, both in the program's order.

    Paddle Serving's own converter sorts the outputs by name. Its LocalPredictor goes by positions where it knows none
    of the names, and would then give one output for another.
    """

    feeds: tuple[ServingVariable, ...]
    fetches: tuple[ServingVariable, ...]

    def message(self) -> Any:
        """The conf as a GeneralModelConfig."""
        install()
        from paddle_serving_app.proto.general_model_config_pb2 import GeneralModelConfig

        message = GeneralModelConfig()
        for feed in self.feeds:
            message.feed_var.add(
                name=feed.name,
                alias_name=feed.alias,
                is_lod_tensor=feed.is_lod_tensor,
                feed_type=feed.type_code,
                shape=feed.shape,
            )
        for fetch in self.fetches:
            message.fetch_var.add(
                name=fetch.name,
                alias_name=fetch.alias,
                is_lod_tensor=fetch.is_lod_tensor,
                fetch_type=fetch.type_code,
                shape=fetch.shape,
            )
        return message

    def write(self, path: Path) -> None:
        """Write the conf as text to `….prototxt`, and serialized to `….stream.prototxt` beside it."""
        message = self.message()
        path.write_text(str(message), encoding="utf-8")
        path.with_suffix(".stream.prototxt").write_bytes(message.SerializeToString())


def serving_conf(
    program: Program, feed_aliases: Sequence[str] | None, fetch_aliases: Sequence[str] | None
) -> ServingConf:
    """The conf of a program; aliases are as in `convert_model`, with ConversionError for a wrong number of them."""
    return ServingConf(
        _aliased(program.inputs, feed_aliases, "feed"), _aliased(program.outputs, fetch_aliases, "fetch")
    )


def _aliased(variables: Sequence[Variable], aliases: Sequence[str] | None, kind: str) -> tuple[ServingVariable, ...]:
    names = [variable.name for variable in variables]
    if aliases is None:
        aliases = names
    if len(aliases) != len(names) or not all(aliases) or len(set(aliases)) != len(aliases):
        raise ConversionError(
            f"{kind}_alias_names: {','.join(aliases)!r}; accepted: {len(names)} different names separated by commas, "
            f"one for each of {', '.join(names)}"
        )
    return tuple(_serving_variable(variable, alias) for variable, alias in zip(variables, aliases, strict=True))


def _serving_variable(variable: Variable, alias: str) -> ServingVariable:
    is_lod = variable.lod_level >= 1
    shape = (-1,) if is_lod else tuple(size for size in variable.shape if size >= 0)
    return ServingVariable(variable.name, alias, _TYPE_CODES.get(variable.dtype, _NO_TYPE_CODE), is_lod, shape)
