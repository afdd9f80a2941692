"""`python -m pdserving.bench`. How fast anything is, is not tested: that depends on the machine."""

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import psutil
import pytest

from tests.make_samples import PICTURES
from tests.support.paths import ROOT, SAMPLES
from tests.support.running import children_that_run

pytestmark = pytest.mark.service

COMMAND = [sys.executable, "-m", "pdserving.bench"]


def measure(contenders: list[str], samples: list[str], folder: Path) -> tuple[list[dict[str, Any]], str]:
    """One round of some contenders with a client, on samples: the rows of bench.json, and what was printed."""
    pictures = folder / "pictures"
    pictures.mkdir()
    for name in samples:
        shutil.copy(SAMPLES / name, pictures)
    options = ["--only", ",".join(contenders), "--rounds", "1", "--clients", "1", "--seconds", "0"]
    command = [*COMMAND, *options, "--images", str(pictures), "--output", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((folder / "bench.json").read_text(encoding="utf-8"))["rows"], done.stdout


def test_one_command_measures_the_service_over_http_and_grpc_and_writes_table_json_and_plot(
    models: None, tmp_path: Path
) -> None:
    rows, printed = measure(["ppocrv4-http", "ppocrv4-grpc"], ["notice.jpg", "invoice.png"], tmp_path)
    assert [row["contender"] for row in rows] == ["ppocrv4-http", "ppocrv4-grpc"]
    for row in rows:
        assert row["contender"] in printed
        assert (row["clients"], row["failure"]) == (1, None)
        measured = row["median"]
        assert measured["lines"] == rows[0]["median"]["lines"] >= 5
        assert measured["failures"] == []
        assert measured["images_per_s"] > 0
        assert 0 < measured["p50_ms"] <= measured["p95_ms"]
        assert 100 < measured["peak_rss_mb"] < 10_000
    assert cv2.imread(str(tmp_path / "bench.png")) is not None


def test_bare_models_rewritten_models_and_the_pipeline_are_measured_in_processes_of_their_own(
    models: None, tmp_path: Path
) -> None:
    names = ["ppocrv4-bound", "ppocrv4-rewritten", "ppocrv4-in-process"]
    rows, _ = measure(names, ["notice.jpg"], tmp_path)
    assert [(row["contender"], row["failure"]) for row in rows] == [(name, None) for name in names]
    assert all(row["median"]["images_per_s"] > 0 for row in rows)
    # Bare models read nothing: only the pipeline has lines.
    assert [row["median"]["lines"] for row in rows] == [None, None, len(PICTURES["notice.jpg"])]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_leaves_nothing_running_when_it_is_interrupted(models: None, tmp_path: Path, number: signal.Signals) -> None:
    command = [*COMMAND, "--only", "ppocrv4-http", "--seconds", "600", "--output", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        bench = psutil.Process(process.pid)
        while not any(children_that_run("pdserving.worker", child) for child in children_that_run("pdserving", bench)):
            assert process.poll() is None
            time.sleep(0.02)
        family = bench.children(recursive=True)
        process.send_signal(number)
        try:
            assert process.wait(60) == 130
        finally:
            process.kill()
    assert not any(member.is_running() for member in family)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only", "ppocrv4-http,ocr"], "ocr; accepted: ppocrv6-http"),
        (["--rounds", "0"], "0; accepted: 1 or more"),
        (["--images", "nowhere"], "nowhere: there is no such folder"),
        (["--images", "configs"], "no pictures there"),
    ],
)
def test_a_wrong_option_exits_with_2_and_says_what_is_accepted(arguments: list[str], message: str) -> None:
    done = subprocess.run([*COMMAND, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert message in done.stderr
