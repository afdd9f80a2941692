"""From a YAML file and `--set` overrides to `Settings`, or an error with file, key, value and what is accepted."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pdserving.config.schema import Settings
from pdserving.setup_errors import SetupError


class ConfigurationError(SetupError):
    """The configuration cannot be used."""

    code: ClassVar[str] = "configuration"


def load_settings(path: Path, overrides: Sequence[str] = ()) -> Settings:
    """Read a configuration file.

    Args:
        path: a YAML file.
        overrides: `dotted.key=value` each, the value in YAML; later ones win.

    Raises:
        ConfigurationError: the file cannot be read, is not YAML, or a key or value is not accepted.
    """
    tree = _read_yaml(path)
    origins: dict[str, str] = {}
    for override in overrides:
        key, value = _parse_override(override)
        _assign(tree, key, value, override)
        origins[key] = f"--set {override}"
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        lines = [_explain(detail, path, origins) for detail in error.errors(include_url=False)]
        raise ConfigurationError("\n".join(lines)) from None


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read: {error}") from None
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: is not YAML: {error}") from None
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise ConfigurationError(f"{path}: holds a {type(tree).__name__}; accepted: keys and values")
    return tree


def _parse_override(override: str) -> tuple[str, Any]:
    key, equals, text = override.partition("=")
    if not equals or not key.strip("."):
        raise ConfigurationError(f"--set {override}: accepted: KEY=VALUE, such as op.rec.concurrency=4")
    try:
        return key, yaml.safe_load(text)
    except yaml.YAMLError:
        raise ConfigurationError(f"--set {override}: the value is not YAML") from None


def _assign(tree: dict[str, Any], key: str, value: Any, override: str) -> None:
    *sections, last = key.split(".")
    for section in sections:
        inner = tree.get(section) or {}
        if not isinstance(inner, dict):
            raise ConfigurationError(f"--set {override}: {section} is a value, not a section")
        # A copy: two sections may be one object by a YAML alias, and only the named one changes.
        tree[section] = tree = dict(inner)
    tree[last] = value


def _explain(detail: ErrorDetails, path: Path, origins: Mapping[str, str]) -> str:
    key = ".".join(str(part) for part in detail["loc"])
    source = origins.get(key, str(path))
    if detail["type"] == "extra_forbidden":
        accepted = _keys_at(detail["loc"][:-1])
        close = difflib.get_close_matches(str(detail["loc"][-1]), accepted, n=1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        return f"{source}: {key}: unknown key{hint}; accepted: {', '.join(accepted)}"
    if detail["type"] == "value_error":
        return f"{source}: {key}: {detail['ctx']['error']}"
    message = detail["msg"].removeprefix("Input should be ")
    return f"{source}: {key}: {detail['input']!r} is not accepted; accepted: {message}"


def _keys_at(location: Sequence[int | str]) -> list[str]:
    """The keys that the section at a location accepts."""
    section: type[BaseModel] = Settings
    for part in location:
        fields = {field.alias or name: field for name, field in section.model_fields.items()}
        annotation = fields[str(part)].annotation
        candidates = [annotation, *get_args(annotation)]
        section = next(c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel))
    return sorted(field.alias or name for name, field in section.model_fields.items())
