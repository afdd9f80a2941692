"""A test that starts processes of ours says so by its marker."""

import asyncio
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.support.markers import is_ours

VERSION = [sys.executable, "-m", "pdserving", "--help"]


def test_a_process_of_ours_fails_a_test_without_the_marker() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"without the marker service: .*'pdserving', '--help'"):
        subprocess.run(VERSION, check=False)
    with pytest.raises(pytest.fail.Exception):
        asyncio.run(asyncio.create_subprocess_exec(*VERSION))


@pytest.mark.service
def test_a_process_of_ours_is_what_the_marker_allows() -> None:
    assert subprocess.run(VERSION, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("command", "ours"),
    [
        ([sys.executable, "-W", "ignore", "-m", "pdserving.models.probe", "folder"], True),
        ((sys.executable, "-m", "tests.fuzz"), True),
        ("python -m pdserving stop", True),
        ([sys.executable, "-m", "pip", "download"], False),
        ([sys.executable, "clients/hub_client.py", "pdserving"], False),
        ([sys.executable, "-c", "import pdserving"], False),
    ],
)
def test_what_runs_a_module_of_ours_is_a_process_of_ours(command: object, ours: bool) -> None:
    assert is_ours(command) == ours


def test_a_file_is_in_one_group_so_that_its_fixtures_are_made_once(request: pytest.FixtureRequest) -> None:
    groups: defaultdict[Path, set[str]] = defaultdict(set)
    for item in request.session.items:
        groups[item.path].update(marker.args[0] for marker in item.iter_markers("xdist_group"))
    assert {len(names) for names in groups.values()} == {1}
