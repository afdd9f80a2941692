"""Imports point one way, from the clients' side of the service to its ground, and never in a circle."""

import ast
import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.paths import ROOT

PACKAGES = ("pdserving", "ocr_ops", "clients", "tests")
MAX_LINES = 400

CONFIG = {"pdserving/config", "pdserving/hardware"}
MODELS = {*CONFIG, "pdserving/models", "pdserving/paddle_serving", "ocr_ops"}
ENGINES = {*MODELS, "pdserving/engines"}
SUPERVISION = {*ENGINES, "pdserving/security", "pdserving/supervision"}
PIPELINE = {*SUPERVISION, "pdserving/scheduling", "pdserving/pipeline"}
GATEWAY = {
    *CONFIG,
    "pdserving/security",
    "pdserving/supervision",
    "pdserving/documents",
    "pdserving/hub",
    "pdserving/gateway",
    "ocr_ops",
}
ROOMS: Mapping[str, set[str]] = {
    "clients": {"clients"},
    "ocr_ops": {"ocr_ops"},
    "pdserving/hardware": {"pdserving/hardware"},
    "pdserving/config": CONFIG,
    "pdserving/paddle_serving": {"pdserving/paddle_serving"},
    "pdserving/security": {*CONFIG, "pdserving/security"},
    "pdserving/models": MODELS,
    "pdserving/engines": ENGINES,
    "pdserving/supervision": SUPERVISION,
    "pdserving/documents": {"pdserving/documents", "ocr_ops"},
    "pdserving/scheduling": {"pdserving/scheduling"},
    "pdserving/pipeline": PIPELINE,
    "pdserving/worker": {*PIPELINE, "pdserving/worker"},
    "pdserving/hub": {*SUPERVISION, "pdserving/hub"},
    "pdserving/doctor": {*PIPELINE, "pdserving/doctor"},
    "pdserving/gateway": GATEWAY,
}
"""A folder, and those of ours that its modules may import; in `pdserving/` also what stands at its top."""

GATEWAY_ROOMS: Mapping[str, set[str]] = {
    "middleware": {"operation"},
    "rest": {"workers", "pdf"},
    "pipeline": set(),
    "hub": {"workers"},
    "web": set(),
    "operation": {"workers"},
    "workers": set(),
    "pdf": {"workers"},
}
"""A folder of the gateway, and the others of it that its modules may import: no protocol knows another."""


def modules() -> dict[str, Path]:
    """All modules of ours by their names."""
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name.removeprefix("clients.")] = path
    return found


MODULES = modules()


def imported(path: Path) -> Iterator[str]:
    """The modules of ours that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            within = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES else str(node.module) for name in within]
        yield from (name for name in names if name in MODULES)


def room(name: str) -> str:
    """The folder of a module, `pdserving` for one at its top."""
    parts = MODULES[name].relative_to(ROOT).parts
    return "/".join(parts[:2]) if parts[0] == "pdserving" and len(parts) > 2 else parts[0]


@pytest.mark.parametrize("folder", ROOMS)
def test_a_folder_imports_only_what_lies_below_it(folder: str) -> None:
    inside = [name for name in MODULES if room(name) == folder]
    assert inside
    allowed = ROOMS[folder] | ({"pdserving"} if folder.startswith("pdserving") else set())
    found = {name: {room(other) for other in imported(MODULES[name])} - allowed for name in inside}
    assert {name: rooms for name, rooms in found.items() if rooms} == {}


def test_the_readme_says_what_each_folder_may_import() -> None:
    text = (ROOT / "pdserving" / "README.md").read_text(encoding="utf-8")
    table = text[text.index("| folder | holds | may import |") : text.index("\n## Three journeys")]
    rows = re.findall(r"^\| `(\w+)` \|.*\| ?(.*) \|$", table, re.MULTILINE)
    listed = {f"pdserving/{folder}": set(re.findall(r"`(\w+)`", cell)) for folder, cell in rows}
    inside = {folder: rooms - {folder} for folder, rooms in ROOMS.items() if folder.startswith("pdserving/")}
    assert listed == {folder: {name.removeprefix("pdserving/") for name in rooms} for folder, rooms in inside.items()}


@pytest.mark.parametrize("folder", GATEWAY_ROOMS)
def test_no_protocol_of_the_gateway_knows_another(folder: str) -> None:
    inside = {name for name in MODULES if name.startswith(f"pdserving.gateway.{folder}.")}
    assert inside
    allowed = GATEWAY_ROOMS[folder] | {folder}
    found = {
        (name, other)
        for name in inside
        for other in imported(MODULES[name])
        if (parts := other.split("."))[:2] == ["pdserving", "gateway"]
        and parts[2] in GATEWAY_ROOMS
        and parts[2] not in allowed
    }
    assert found == set()


def test_nothing_of_the_product_needs_the_bench_or_the_tests() -> None:
    outside = ("pdserving.bench", "tests")
    found = {
        (name, other)
        for name in MODULES
        if not name.startswith(outside)
        for other in imported(MODULES[name])
        if other.startswith(outside)
    }
    assert found == set()


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name: set(imported(path)) - {name} for name, path in MODULES.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_a_module_can_be_read_at_once() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}
