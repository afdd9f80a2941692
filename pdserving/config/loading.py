"""Reads a YAML file and `--set` overrides into `Settings`; an error names file, key, value and what is accepted."""

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
    """A value that takes the place of the file's.

    Attributes:
        key: the dotted key.
        value: the value, as YAML would have it.
        origin: where it comes from; an error of the value names this in the file's place.
    """

    key: str
    value: Any
    origin: str


def load_settings(path: Path, overrides: Sequence[str] = (), changes: Sequence[Change] = ()) -> Settings:
    """Read a configuration file.

    Args:
        path: a YAML file.
        overrides: `dotted.key=value` each, the value in YAML; later ones win.
        changes: values from elsewhere, over which overrides win.

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
    """The change that set a key or, where the error is of a whole section, a key within it; None where none did."""
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
        # A copy: by a YAML alias two sections may be one object, and only the named one changes.
        tree[section] = tree = dict(inner)
    tree[last] = change.value
