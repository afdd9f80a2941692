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

from pdserving.bench.closed_loop import ContenderError, measure
from pdserving.bench.contenders import CONTENDERS, Contender
from pdserving.bench.goals import judge
from pdserving.bench.http_client import HttpClient
from pdserving.bench.measurement import Measurement, percentile
from pdserving.bench.rows import Row, Rows, ratios
from pdserving.bench.table import table, verdict_table
from tests.conftest import SAMPLES
from tests.running import ROOT

COMMAND = [sys.executable, "-m", "pdserving.bench"]


def contender(name: str) -> Contender:
    return next(known for known in CONTENDERS if known.name == name)


def rows_of(**images_per_s: float) -> Rows:
    """Rows of one round, the service at 8 clients; `_` stands for `-` in a name."""
    rows = {}
    for key, value in images_per_s.items():
        one = contender(key.replace("_", "-"))
        clients = 8 if one.over_http else None
        rows[one.name, clients] = Row(one, clients, [Measurement(value, 100, 200, 500, 30)])
    return rows


def test_one_command_measures_the_service_over_http_and_writes_table_json_and_plot(
    models: None, tmp_path: Path
) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for name in ("notice.jpg", "invoice.png"):
        shutil.copy(SAMPLES / name, pictures)
    options = ["--only", "ppocrv4-http", "--rounds", "1", "--clients", "1", "--seconds", "0"]
    command = [*COMMAND, *options, "--images", str(pictures), "--output", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ppocrv4-http" in done.stdout
    (row,) = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))["rows"]
    assert (row["contender"], row["clients"], row["failure"]) == ("ppocrv4-http", 1, None)
    measured = row["median"]
    assert measured["lines"] >= 5
    assert measured["failures"] == []
    assert measured["images_per_s"] > 0
    assert 0 < measured["p50_ms"] <= measured["p95_ms"]
    assert 100 < measured["peak_rss_mb"] < 10_000
    assert cv2.imread(str(tmp_path / "bench.png")) is not None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_leaves_nothing_running_when_it_is_interrupted(models: None, tmp_path: Path, number: signal.Signals) -> None:
    command = [*COMMAND, "--only", "ppocrv4-http", "--seconds", "600", "--output", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        bench = psutil.Process(process.pid)
        family: list[psutil.Process] = []
        while not any("pdserving.worker" in member.cmdline() for member in family):
            assert process.poll() is None
            family = bench.children(recursive=True)
            time.sleep(0.02)
        process.send_signal(number)
        assert process.wait(60) == 130
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


def test_the_clients_share_the_pictures_and_each_picture_counts_once_a_pass() -> None:
    asked: list[int] = []

    def client(index: int) -> int:
        asked.append(index)
        return index

    measured = measure([client] * 3, 5, 0, lambda: None)
    assert sorted(asked) == sorted([0, 1, 2, 3, 4] * 2)
    assert measured.lines == 10


def test_a_picture_that_fails_is_told_and_the_others_go_on() -> None:
    def client(index: int) -> int:
        if index == 1:
            raise ValueError("too dark")
        return 4

    measured = measure([client], 3, 0, lambda: None)
    assert measured.failures == ("ValueError: too dark",)
    assert measured.lines == 8


def test_a_contender_that_does_not_answer_ends_its_run() -> None:
    client = HttpClient(9, ["page.png"], [b"{}"])
    with pytest.raises(ContenderError, match=r"no answer to page\.png: ConnectionRefusedError"):
        measure([client], 1, 0, lambda: None)


def test_percentiles_lie_between_neighbours() -> None:
    assert percentile([30, 10, 20], 0.5) == 20
    assert percentile([10, 20], 0.95) == pytest.approx(19.5)
    assert percentile([10], 0.95) == 10


def test_ratios_refer_to_the_service_with_the_same_models() -> None:
    rows = rows_of(ppocrv6_http=6, ppocrv4_http=8, stock=2, faster_paddle=3)
    assert ratios(rows["stock", 8], rows)["images_per_s"] == pytest.approx(0.25)
    assert ratios(rows["faster-paddle", None], rows)["images_per_s"] == pytest.approx(0.5)


def test_goals_are_judged_by_floor_and_aim() -> None:
    rows = rows_of(ppocrv6_http=6.9, ppocrv4_http=8, stock=2, faster_paddle=2.2, ppocrv6_bound=10)
    outcomes: list[Any] = [verdict.outcome for verdict in judge(rows)]
    assert outcomes == ["pass: aim reached", "not measured", "pass: floor reached", "fail", "not measured"]


def test_a_contender_that_fails_is_a_row_that_says_how() -> None:
    rows = {**rows_of(ppocrv6_http=6), ("stock", 8): Row(contender("stock"), 8, [], "round 1: hangs: no answer")}
    assert any(line.startswith("stock") and "round 1: hangs" in line for line in table(rows).splitlines())
    assert verdict_table(judge(rows)).count("not measured") == 5
