"""Scratch folders of services that were killed are removed by the next, and no others."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pdserving.supervision.scratch import PREFIX, Scratch, ScratchError

HOLDING = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from pdserving.supervision.scratch import Scratch
with Scratch() as scratch:
    (scratch.path / "worker.sock").touch()
    print(scratch.path, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the folders are."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.service
def test_what_a_killed_service_left_is_removed_and_what_a_running_one_has_is_not(parent: Path) -> None:
    other = parent / f"{PREFIX}file"
    other.touch()
    command = [sys.executable, "-c", HOLDING, str(parent)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        theirs = Path(process.stdout.readline().strip())
        with Scratch() as ours:
            assert {other, theirs, ours.path} == set(parent.iterdir())
        process.kill()
        process.wait()
        assert set(parent.iterdir()) == {other, theirs}
        with Scratch() as ours:
            assert set(parent.iterdir()) == {other, ours.path}
    assert list(parent.iterdir()) == [other]


def test_a_folder_that_cannot_be_made_is_a_setup_error(parent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(parent / "none"))
    with pytest.raises(ScratchError, match="No such file"), Scratch():
        pass
