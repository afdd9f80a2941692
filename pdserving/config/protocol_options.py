"""The options of a request under the names that a protocol has for them, with the range and sentence of the schema."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import Field, create_model
from pydantic.fields import FieldInfo

from pdserving.config.accepted import accepted, measure
from pdserving.config.request_options import OPTION_FIELDS
from pdserving.strict_yaml import Strict

ModelT = TypeVar("ModelT", bound=Strict)


def with_options(keys: Mapping[str, str], flag: Any = bool) -> Callable[[type[ModelT]], type[ModelT]]:
    """Give a class a field for each option, before the fields of its own.

    The default of these fields is None: what the configuration says.

    Args:
        keys: the key of each option by the protocol's name for it, such as `{"drop_score": "rec.drop_score"}`.
        flag: the type of the options that are true or false.
    """
    fields: dict[str, Any] = {}
    for name, key in keys.items():
        option = OPTION_FIELDS[key]
        kind: Any = flag if option.annotation is bool else option.annotation
        for constraint in option.metadata:
            kind = Annotated[kind, constraint]
        fields[name] = (kind | None, Field(None, description=_sentence(option)))

    def derive(own: type[ModelT]) -> type[ModelT]:
        # Pydantic takes the fields of the last base first.
        options = create_model(f"{own.__name__}OfPipeline", __base__=own.__base__, **fields)
        bases: tuple[type[Any], ...] = (own, options)
        model: type[ModelT] = create_model(own.__name__, __base__=bases, __module__=own.__module__, __doc__=own.__doc__)
        return model

    return derive


def _sentence(option: FieldInfo) -> str:
    # JSON Schema tells a range by itself, but neither a unit nor another key's value.
    return f"{option.description}" if measure(option) is None else f"{option.description}: {accepted(option)}"
