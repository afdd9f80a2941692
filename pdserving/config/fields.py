"""What the sections of the configuration are made of."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, PlainValidator

from pdserving.strict_yaml import Strict

MAX_COUNT = 64
FilePath = Annotated[Path, Field(strict=False)]  # YAML and JSON have text where Python has paths
Probability = Annotated[float, Field(ge=0, le=1)]


class Section(Strict):
    """A group of keys. Types are not converted: a number in quotes is an error. Numbers are finite."""

    model_config = ConfigDict(strict=True, allow_inf_nan=False)


def auto_or_up_to(most: int) -> PlainValidator:
    """Accept `auto` and the numbers from 1 on.

    Left to itself the union of the two would tell of a failure in each.
    """

    def check(value: object) -> object:
        if value == "auto" or (type(value) is int and 1 <= value <= most):
            return value
        raise ValueError(f"{value!r} is not accepted; accepted: auto, 1 to {most}")

    return PlainValidator(check)


Count = Annotated[int | Literal["auto"], auto_or_up_to(MAX_COUNT)]
