"""YAML read into strict pydantic models; what is wrong is said with its key, its value and what is accepted."""

import difflib
import re
import reprlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, model_validator


class Strict(BaseModel):
    """A part of a file: it cannot be changed, and says which keys it accepts when it meets another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if isinstance(data, dict):
            accepted = [field.alias or name for name, field in cls.model_fields.items()]
            for key in data:
                if key not in accepted:
                    close = difflib.get_close_matches(str(key), accepted, n=1)
                    hint = f" (did you mean {close[0]}?)" if close else ""
                    raise ValueError(f"unknown key {key}{hint}; accepted: {', '.join(accepted)}")
        return data


_MERGE = "tag:yaml.org,2002:merge"  # of the key in `<<: *alias`


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML where a key given twice is an error: the plain loader silently keeps the second."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if key_node.tag == _MERGE:
                continue
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, str):
                if key in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"key {key!r} is given twice", key_node.start_mark
                    )
                seen.add(key)
        return super().construct_mapping(node, deep)


def read_mapping(path: Path) -> dict[str, Any]:
    """The keys and values of a YAML file; ValueError, with the file and the reason, where there are none."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506 (a SafeLoader)
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: is not valid YAML: {' '.join(str(error).split())}") from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ValueError(f"{path}: holds a {type(data).__name__}; accepted: keys and values")
    return data


def without_empty_sections(data: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """The data without keys of sections that hold nothing: somebody commented all their keys out."""
    fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
    kept = {}
    for key, value in data.items():
        section = fields.get(key)
        if isinstance(section, type) and issubclass(section, BaseModel):
            if value is None:
                continue
            if isinstance(value, dict):
                value = without_empty_sections(value, section)
        kept[key] = value
    return kept


_COUNTED = re.compile("^(String|List|Tuple|Dictionary) should have ")


def key_of(detail: Mapping[str, Any]) -> str:
    """The dotted key at which pydantic found an error."""
    # The tags of a union's kinds are ours, in angle brackets, and are no keys of the file.
    return ".".join(str(part) for part in detail["loc"] if not str(part).startswith("<"))


def explain(detail: Mapping[str, Any]) -> str:
    """One error of pydantic as `key: value is not accepted; accepted: …`."""
    key = key_of(detail)
    place = f"{key}: " if key else ""
    if detail["type"] == "missing":
        return f"{place}is missing"
    if detail["type"] == "value_error":
        return f"{place}{detail['ctx']['error']}"
    if detail["type"] == "json_invalid":
        return str(detail["msg"])
    accepted = detail["msg"].removeprefix("Input should be ").removeprefix("accepted: ").partition(", unable to")[0]
    accepted = _COUNTED.sub("", accepted)
    if detail["type"] == "string_pattern_mismatch":
        accepted = f"text that matches {detail['ctx']['pattern']}"
    return f"{place}{reprlib.repr(detail['input'])} is not accepted; accepted: {accepted}"
