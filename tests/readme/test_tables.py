"""The READMEs' tables say what the code does."""

import re

import pytest

from pdserving.config import Settings
from pdserving.errors import ERRORS
from tests.readme.tables import TABLES, found_tables, readmes, with_current_tables
from tests.support.paths import ROOT

TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in readmes()}
NAMED = [(name, readme) for readme, text in TEXTS.items() for name, _ in found_tables(text)]


def test_every_table_is_there_once() -> None:
    assert sorted(name for name, _ in NAMED) == sorted(TABLES)


@pytest.mark.parametrize("readme", TEXTS)
def test_the_tables_of_a_readme_are_current(readme: str) -> None:
    text = TEXTS[readme]
    assert text.count("<!-- table: ") == text.count("<!-- end table -->") == len(found_tables(text))
    assert with_current_tables(text) == text, "run `make tables`"


def test_every_error_is_listed_with_its_number_and_status() -> None:
    rows = re.findall(r"^\| (\d{4}) \| `(\w+)` \| (\d+) \| \S", TABLES["errors"](), re.MULTILINE)
    listed = {code: (int(number), int(status)) for number, code, status in rows}
    assert listed == {code: (kind.number, kind.http_status) for code, kind in ERRORS.items()}
    assert [number for number, _, _ in rows] == sorted(number for number, _, _ in rows)


def test_every_limit_is_listed_with_its_default() -> None:
    rows = re.findall(r"^\| \S.* \| `limits\.(\w+)` \| ([^|]+) \|", TABLES["limits"](), re.MULTILINE)
    limits = Settings().limits.model_dump()
    assert [key for key, _ in rows] == list(limits)
    for key, listed in rows:
        if limits[key] != "auto":
            assert float(listed.replace(",", "")) == limits[key], key


def test_a_table_is_made_anew_where_it_stands() -> None:
    text = "before\n<!-- table: limits -->\nold\n<!-- end table -->\nafter\n"
    assert with_current_tables(text) == text.replace("old\n", TABLES["limits"]())
