"""The values that a field accepts, in words: read off its type and its range."""

from dataclasses import dataclass
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Measure:
    """The unit of a number, and a bound that is no number. Type and range cannot say them.

    Attributes:
        unit: the unit, such as `pixels`.
        most: the key whose value the number must not exceed.
    """

    unit: str
    most: str


def accepted(field: FieldInfo) -> str:
    """The values that a field accepts, as Markdown.

    Returns:
        Words such as "0 to 1", "`fast`, `slow`" or "pixels, 32 to `op.det.max_side_len`"; for a field that is neither
        number, word nor boolean its example, and nothing where it has none.
    """
    kind = _without_none(field.annotation)
    if get_origin(kind) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(kind))
    if kind is bool:
        return "`true`, `false`"
    if kind in (int, float):
        return _range(field)
    return f"such as `{field.examples[0]}`" if field.examples else ""


def measure(field: FieldInfo) -> Measure | None:
    """The unit and bound of a field, None where it has none."""
    return next((item for item in field.metadata if isinstance(item, Measure)), None)


def _without_none(kind: Any) -> Any:
    kinds = [each for each in get_args(kind) if each is not NoneType]
    return kinds[0] if NoneType in get_args(kind) and len(kinds) == 1 else kind


def _range(field: FieldInfo) -> str:
    least = next(f"{limit.ge:,}" for limit in field.metadata if isinstance(limit, Ge))
    most = next((f"{limit.le:,}" for limit in field.metadata if isinstance(limit, Le)), None)
    found = measure(field)
    if found is not None:
        return f"{found.unit}, {least} to `{found.most}`"
    return f"{least} or more" if most is None else f"{least} to {most}"
