"""The README's tables of limits and errors say what the code does."""

import re

from pdserving.config import Settings
from pdserving.errors import ERRORS
from tests.support.running import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
ALSO_405 = "wrong_service"  # a path that there is, asked by another method


def test_every_error_is_listed_with_its_number_and_status() -> None:
    rows = re.findall(r"^\| (\d{4}) \| `(\w+)` \| ([\d, ]+) \|", README, re.MULTILINE)
    listed = {code: (int(err_no), status) for err_no, code, status in rows}
    expected = {code: (kind.number, str(kind.http_status)) for code, kind in ERRORS.items()}
    expected[ALSO_405] = (expected[ALSO_405][0], "404, 405")
    assert listed == expected


def test_every_limit_is_listed_with_its_default() -> None:
    rows = re.findall(r"\| `limits\.(\w+)` \| ([^|]+) \|", README)
    limits = Settings().limits.model_dump()
    assert {key for key, _ in rows} == set(limits)
    for key, listed in rows:
        if limits[key] != "auto":
            assert float(listed.replace(",", "")) == limits[key], key


def test_what_proves_that_a_fault_is_survived_is_there() -> None:
    table = README[README.index("## What is survived") : README.index("### When a worker dies")]
    named = re.findall(r"`([\w/]+(?:\.py|/))`", table.replace("`tests/`", ""))
    assert len(named) > 10
    assert [name for name in named if not (ROOT / "tests" / name).exists()] == []
