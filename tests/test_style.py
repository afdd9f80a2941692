"""The rules of style that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.paths import ROOT
from tests.test_imports import MODULES

_CONSTANT = re.compile(r"[A-Z][A-Z0-9_]*")
_NO_NOUN = re.compile(r"\"\"\"(?:Of|For|With|As|By|In|At|To|From) ")


def constants(path: Path) -> Iterator[str]:
    """The public constants that a module defines at its top."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            for name in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(name, ast.Name) and _CONSTANT.fullmatch(name.id):
                    yield name.id


def names_from_elsewhere(path: Path) -> Iterator[tuple[str, str]]:
    """What a module imports by name, with the module that it is of, and the attributes that it asks for."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from ((str(node.module), alias.name) for alias in node.names)
        elif isinstance(node, ast.Attribute):
            yield "", node.attr


def test_a_constant_that_only_its_module_uses_is_private() -> None:
    used: dict[str, set[tuple[str, str]]] = {name: set(names_from_elsewhere(path)) for name, path in MODULES.items()}
    found = [
        f"{name}.{constant}"
        for name, path in MODULES.items()
        if not name.startswith("tests.")
        for constant in constants(path)
        if not any({(name, constant), ("", constant)} & pairs for other, pairs in used.items() if other != name)
    ]
    assert found == []


def test_a_docstring_begins_with_its_noun_or_verb() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in MODULES.values()
        for line in path.read_text(encoding="utf-8").splitlines()
        if _NO_NOUN.search(line)
    ]
    assert found == []
