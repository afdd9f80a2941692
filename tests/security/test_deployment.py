"""The shipped unit is one that systemd understands, and leaves little open."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.paths import ROOT

UNIT = ROOT / "configs" / "systemd" / "pdserving.service"
MOST_EXPOSED = 20  # of 100, as `systemd-analyze security` counts

pytestmark = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")


def analyze(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = ["systemd-analyze", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    here = UNIT.read_text(encoding="utf-8").replace("/opt/pdserving/.venv/bin/python", "/bin/true")
    unit.write_text(here, encoding="utf-8")
    done = analyze("verify", str(unit))
    assert (done.returncode, [line for line in done.stderr.splitlines() if UNIT.name in line]) == (0, [])


def test_the_unit_leaves_little_open() -> None:
    done = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(UNIT))
    assert done.returncode == 0, done.stdout + done.stderr
