"""Imports point one way, from the clients' side of the service to its ground."""

import ast
from pathlib import Path

import pytest

from tests.running import ROOT

SERVICE = "pdserving"
ROOMS = {
    "clients": set(),
    "ocr_ops": {"ocr_ops"},
    "pdserving/config": {"config"},
    "pdserving/security": {"config", "security"},
    "pdserving/models": {"config", "models", "paddle_serving", "ocr_ops"},
    "pdserving/engines": {"config", "models", "engines"},
    "pdserving/supervision": {"config", "security", "models", "supervision"},
    "pdserving/documents": {"documents", "ocr_ops"},
    "pdserving/scheduling": {"scheduling"},
    "pdserving/pipeline": {
        "config",
        "security",
        "supervision",
        "models",
        "engines",
        "scheduling",
        "pipeline",
        "ocr_ops",
    },
    "pdserving/doctor": {"config", "engines", "models", "pipeline", "security", "doctor"},
    "pdserving/gateway": {"config", "security", "supervision", "documents", "hub", "gateway", "ocr_ops"},
}
"""A folder, and those of ours that its modules may import; in `pdserving/` also what stands at its top."""


def _imported(path: Path) -> set[str]:
    """The folders of ours that a module imports from."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {_room(*name.split(".")) for name in names} - {""}


def _room(package: str, module: str = "", *_: str) -> str:
    if package == SERVICE:
        return module if (ROOT / SERVICE / module).is_dir() else SERVICE
    return package if package in ("clients", "ocr_ops", "tests") else ""


@pytest.mark.parametrize("room", ROOMS)
def test_a_folder_imports_only_what_lies_below_it(room: str) -> None:
    modules = [*(ROOT / room).rglob("*.py")]
    assert modules
    allowed = ROOMS[room] | ({SERVICE} if room.startswith(SERVICE) else set())
    found = {path: _imported(path) - allowed for path in modules}
    assert {str(path.relative_to(ROOT)): names for path, names in found.items() if names} == {}
