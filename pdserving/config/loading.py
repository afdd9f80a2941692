"""From a YAML file and `--set` overrides to `Settings`, or an error with file, key, value and what is accepted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import yaml
from pydantic import ValidationError

from pdserving.config.schema import Settings
from pdserving.setup_errors import SetupError
from pdserving.strict_yaml import explain, key_of, read_mapping, without_empty_sections


class ConfigurationError(SetupError):
    """The configuration cannot be used."""

    code: ClassVar[str] = "configuration"


@dataclass(frozen=True)
class Change:
    """A value in the place of the file's: for a dotted key, from the place that an error of it names."""

    key: str
    value: Any
    origin: str


def load_settings(path: Path, overrides: Sequence[str] = (), changes: Sequence[Change] = ()) -> Settings:
    """Read a configuration file.

    Args:
        path: a YAML file.
        overrides: `dotted.key=value` each, the value in YAML; later ones win.
        changes: values from elsewhere; overrides win over them.

    Raises:
        ConfigurationError: the file cannot be read, is not YAML, or a key or value is not accepted.
    """
    try:
        tree = read_mapping(path)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
    origins: dict[str, str] = {}
    for change in (*changes, *map(_parse_override, overrides)):
        _assign(tree, change)
        origins[change.key] = change.origin
    try:
        return Settings.model_validate(without_empty_sections(tree, Settings))
    except ValidationError as error:
        details = error.errors(include_url=False)
        lines = [f"{_origin(key_of(detail), origins) or path}: {explain(detail)}" for detail in details]
        raise ConfigurationError("\n".join(lines)) from None


def _origin(key: str, origins: Mapping[str, str]) -> str | None:
    """The override that set a key, or, for an error of a whole section, one within it."""
    return next((origins[name] for name in origins if name == key or name.startswith(f"{key}.")), None)


def _parse_override(override: str) -> Change:
    key, equals, text = override.partition("=")
    if not equals or not key.strip("."):
        raise ConfigurationError(f"--set {override}: accepted: KEY=VALUE, such as op.rec.concurrency=4")
    try:
        return Change(key, yaml.safe_load(text), f"--set {override}")
    except yaml.YAMLError:
        raise ConfigurationError(f"--set {override}: the value is not YAML") from None


def _assign(tree: dict[str, Any], change: Change) -> None:
    *sections, last = change.key.split(".")
    for section in sections:
        inner = tree.get(section) or {}
        if not isinstance(inner, dict):
            raise ConfigurationError(f"{change.origin}: {section} is a value, not a section")
        # A copy: two sections may be one object by a YAML alias, and only the named one changes.
        tree[section] = tree = dict(inner)
    tree[last] = change.value
