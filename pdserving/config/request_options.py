"""The options of a request: keys `det.*`, `cls.*` and `rec.*` that change the configuration for it alone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast, get_args

from pydantic import Field, ValidationError
from pydantic.fields import FieldInfo

from pdserving.config.fields import Section
from pdserving.config.ops import ClassificationOptions, DetectionOptions, Ops, RecognitionOptions
from pdserving.errors import KeyUnknownError, OptionInvalidError
from pdserving.strict_yaml import explain

STAGES: Mapping[str, type[Section]] = {
    "det": DetectionOptions,
    "cls": ClassificationOptions,
    "rec": RecognitionOptions,
}

SectionT = TypeVar("SectionT", bound=Section)

ANSWER = "answer"
Answer = Literal["lines", "page"]


class _AnswerKey(Section):
    answer: Answer = Field(
        default="lines",
        description="`lines`: texts, scores and quads; `page`: JSON with size, rotation, angles, character positions "
        "and timings under the key `page`",
    )


OPTION_FIELDS: Mapping[str, FieldInfo] = {
    f"{stage}.{name}": field for stage, options in STAGES.items() for name, field in options.model_fields.items()
}
"""The field of each option in the schema, by the option's key."""

KEY_FIELDS: Mapping[str, FieldInfo] = {**OPTION_FIELDS, **_AnswerKey.model_fields}
"""All keys that a pipeline request may have beside its picture: the options, and `answer`."""

ACCEPTED_KEYS = tuple(KEY_FIELDS)

_MAX_VALUE_LENGTH = 64  # characters; every accepted value is a number, a word or true or false


@dataclass(frozen=True)
class Options:
    """One request's options, complete and checked."""

    det: DetectionOptions
    cls: ClassificationOptions
    rec: RecognitionOptions
    answer: Answer = "lines"


def parse_options(values: Mapping[str, str], ops: Ops) -> Options:
    """Check a request's options.

    Args:
        values: option key to its value as text, such as `{"rec.drop_score": "0.3"}`.
        ops: the configuration, from which comes what a request leaves out.

    Raises:
        KeyUnknownError: a key that is no option.
        OptionInvalidError: a value of the wrong type or outside its range.
    """
    changes: dict[str, dict[str, Any]] = {stage: {} for stage in STAGES}
    answer: Answer = "lines"
    for key, text in values.items():
        if key == ANSWER:
            answer = _parse_answer(text)
            continue
        stage, _, name = key.partition(".")
        if key not in OPTION_FIELDS:
            raise KeyUnknownError(f"unknown key {key[:80]!r}; accepted: image, {', '.join(ACCEPTED_KEYS)}")
        changes[stage][name] = _parse_value(key, text)
    return Options(
        _changed("det", ops.det, changes["det"]),
        _changed("cls", ops.cls, changes["cls"]),
        _changed("rec", ops.rec, changes["rec"]),
        answer,
    )


def option_text(value: str | float) -> str:
    """An option's value as the text that `parse_options` reads."""
    return value if isinstance(value, str) else json.dumps(value)


def _parse_answer(text: str) -> Answer:
    for answer in get_args(Answer):
        if text == answer:
            return cast(Answer, answer)
    raise OptionInvalidError(f"{ANSWER} is {text[:80]!r}; accepted: {', '.join(get_args(Answer))}")


def _parse_value(key: str, text: str) -> Any:
    if len(text) > _MAX_VALUE_LENGTH:
        raise OptionInvalidError(f"{key}: a value of {len(text)} characters; accepted: at most {_MAX_VALUE_LENGTH}")
    try:
        return json.loads(text)
    except ValueError:
        return text


def _changed(stage: str, section: SectionT, changes: dict[str, Any]) -> SectionT:
    if not changes:
        return section
    try:
        return type(section).model_validate({**dict(section), **changes})
    except ValidationError as error:
        raise OptionInvalidError(f"{stage}.{explain(error.errors(include_url=False)[0])}") from None
