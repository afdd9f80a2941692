"""What `ocr_ops/README.md` shows works as it stands there."""

import importlib
import re
import subprocess
import sys

import pytest

from tests.support.paths import ROOT

README = (ROOT / "ocr_ops" / "README.md").read_text(encoding="utf-8")
NAMES = re.findall(r"`(\w+(?:\.\w+)+)`(?=[,|]| \|)", README[: README.index("## Where things are")])


def test_the_lines_that_use_it_as_a_library_print_what_is_shown(models: None) -> None:
    (program,) = re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    (shown,) = re.findall(r"^```text\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    run = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    )
    assert (run.returncode, run.stdout) == (0, shown), run.stderr


def test_the_chain_names_its_functions() -> None:
    assert len(NAMES) >= 14


@pytest.mark.parametrize("name", NAMES)
def test_every_function_of_the_chain_is_there(name: str) -> None:
    module, *attributes = name.split(".")
    found: object = importlib.import_module(f"ocr_ops.{module}")
    for attribute in attributes:
        found = getattr(found, attribute)
    assert callable(found)


def test_the_folders_hold_what_the_readme_says() -> None:
    rows = re.findall(r"^\| \[`(\w+)/`\]\(\w+\) \| (.*) \| (.*) \|$", README, re.MULTILINE)
    assert [folder for folder, _, _ in rows] == ["detection", "classification", "recognition"]
    for folder, *cells in rows:
        for module, cell in zip(("input", "decoding"), cells, strict=True):
            code = importlib.import_module(f"ocr_ops.{folder}.{module}")
            names = re.findall(r"`(\w+)`", cell)
            assert [name for name in names if getattr(getattr(code, name), "__module__", "") != code.__name__] == []
