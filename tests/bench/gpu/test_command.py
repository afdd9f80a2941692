"""`python -m pdserving.bench.gpu` on configurations for the CPU: all of it but the device."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from tests.support.paths import ROOT, SAMPLES

pytestmark = pytest.mark.service

COMMAND = [sys.executable, "-m", "pdserving.bench.gpu"]


def test_one_command_compares_services_and_tells_of_those_that_cannot_run(models: None, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    shutil.copy(SAMPLES / "notice.jpg", pictures)
    services = [
        ["plain", "configs/cpu.yml", "profile=ppocrv4"],
        ["refused", "configs/cpu.yml", "profile=ppocrv6", "engine=paddle"],
        ["missing", "configs/gpu.yml", "op.det.local_service_conf.devices='99'"],
    ]
    command = [*COMMAND, "--rounds", "1", "--clients", "1,2", "--seconds", "0"]
    command += ["--images", str(pictures), "--output", str(tmp_path)]
    for service in services:
        command += ["--service", *service]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    tree = json.loads((tmp_path / "bench-gpu.json").read_text(encoding="utf-8"))
    rows = {(row["contender"], row["clients"]): row for row in tree["rows"]}
    assert list(rows) == [(name, clients) for name in ("plain", "refused", "missing", "cpu") for clients in (1, 2)]
    for (name, _), row in rows.items():
        if name in ("plain", "cpu"):
            measured = row["median"]
            assert (row["failure"], row["ratio_to"], measured["failures"]) == (None, "plain", [])
            assert measured["images_per_s"] > 0
            assert 0 < measured["p50_ms"] <= measured["p95_ms"]
            assert measured["lines"] == rows["plain", 1]["median"]["lines"] > 1
            assert measured["det_rows"] == 1
            assert measured["cls_rows"] >= 1
            assert measured["rec_rows"] >= 1
            assert row["ratios"]["lines"] == 1
            assert measured["utilisation"] is measured["device_mib"] is None
    for clients in (1, 2):
        assert "holds an ONNX model; engine paddle runs Paddle's" in rows["refused", clients]["failure"]
        assert re.search("no driver|GPU 99 is not there", rows["missing", clients]["failure"])
    assert re.search(r"^plain +2 +\d", done.stdout, re.MULTILINE)
    assert re.search(r"^refused +2 +round 1: did not start: ended with status 2", done.stdout, re.MULTILINE)
    assert re.search(r"^plain: lines as on the CPU +100\.00 % .* pass: aim reached$", done.stdout, re.MULTILINE)
    assert [goal["outcome"] for goal in tree["goals"]] == ["pass: aim reached", "not measured", "not measured"]
    assert tree["differences"] == {"plain": []}
    assert cv2.imread(str(tmp_path / "bench-gpu.png")) is not None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--service", "fp32"], "--service fp32: accepted: NAME CONFIG [KEY=VALUE ...]"),
        (["--service", "cpu", "configs/cpu.yml"], "accepted: a name of its own for each, other than cpu"),
        (["--service", "fp32", "configs/gpu.yml", "op.det.precision=fp8"], "op.det.precision"),
        (["--images", "configs"], "no pictures there"),
    ],
)
def test_a_wrong_option_exits_with_2_and_says_what_is_accepted(arguments: list[str], message: str) -> None:
    done = subprocess.run([*COMMAND, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
