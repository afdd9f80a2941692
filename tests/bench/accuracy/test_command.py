"""`python -m pdserving.bench.accuracy`, on the samples with a truth made for them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from pdserving.bench.accuracy.__main__ import main
from pdserving.bench.accuracy.measures import FIGURES
from pdserving.bench.accuracy.truth import TRUTH_FILE
from pdserving.bench.peer import faster_paddle_lines
from tests.make_samples import PICTURES
from tests.support.paths import ROOT, SAMPLES

COMMAND = [sys.executable, "-m", "pdserving.bench.accuracy"]


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Two samples and their truth; the quads are rough."""
    pages = []
    for name, size in (("invoice.png", 34), ("notice.jpg", 34)):
        shutil.copy(SAMPLES / name, tmp_path)
        lines = []
        for row, text in enumerate(PICTURES[name]):
            top, bottom = size * (2 * row + 0.7), size * (2 * row + 1.8)
            right = size * (1 + len(text) * (0.52 if text.isascii() else 0.9))
            lines.append({"text": text, "quad": [[size, top], [right, top], [right, bottom], [size, bottom]]})
        pages.append({"picture": name, "category": name.partition(".")[0], "lines": lines})
    pages[1]["lines"] = [*lines[:-1], {**lines[-1], "text": "别的文字"}]  # what the picture does not say
    (tmp_path / TRUTH_FILE).write_text(json.dumps({"pages": pages}), encoding="utf-8")
    return tmp_path


@pytest.mark.service
def test_one_command_judges_labelled_pictures_and_writes_table_json_plot_and_the_worst_lines(
    models: None, labelled: Path
) -> None:
    options = ["--data", str(labelled), "--output", str(labelled / "out"), "--profiles", "ppocrv6,ppocrv4"]
    command = [*COMMAND, *options, "--only", "ppocrv6,ppocrv4"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    tree = json.loads((labelled / "out" / "accuracy.json").read_text(encoding="utf-8"))
    assert list(tree["readers"]) == ["ppocrv6", "ppocrv4"]
    categories = tree["readers"]["ppocrv6"]["categories"]
    assert categories["invoice"]["figures"]["token recall"] == 1
    assert categories["invoice"]["figures"]["order"] == 1
    assert categories["invoice"]["figures"]["hmean"] > 0.7
    assert categories["notice"]["counts"]["lines"] == 4
    assert categories["notice"]["counts"]["exact_lines"] == 3
    assert tree["readers"]["ppocrv6"]["failures"] == []
    assert all(figure in done.stdout for figure in FIGURES)
    assert "mean of the categories" in done.stdout
    assert cv2.imread(str(labelled / "out" / "accuracy.png")) is not None
    worst = (labelled / "out" / "accuracy" / "worst-ppocrv6.html").read_text(encoding="utf-8")
    assert "is: 别的文字" in worst
    assert worst.count("data:image/png;base64,") == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--data", "configs"], "truth.json: No such file"),
        (["--only", "tesseract"], "--only tesseract; accepted: ppocrv6, rapidocr-openvino, faster-paddle"),
        (["--category", "comics"], "--category comics; accepted: document, 150 dpi; "),
    ],
)
def test_a_wrong_option_exits_with_2_and_says_what_is_accepted(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    status, said = main([*options, "--output", str(tmp_path)]), capsys.readouterr().err
    if "fonts are missing" in said:
        pytest.skip(said)
    assert status == 2
    assert message in said


def test_faster_paddles_lines_come_in_the_order_of_its_text() -> None:
    def bound(text: str, left: int) -> dict[str, object]:
        return {"text": text, "topLeftCoord": (left, 0), "bottomRightCoord": (left + 5, 9)}

    answer = {"text": "1102\n1 one\n1\n\none", "bounds": {0: bound("1", 0), 1: bound("1102", 10), 2: bound("one", 20)}}
    bounds = {**answer["bounds"], 3: bound("1 one", 30), 4: bound("lost", 40)}  # type: ignore[dict-item]
    lines = faster_paddle_lines({**answer, "bounds": bounds})
    assert [text for text, _ in lines] == ["1102", "1 one", "1", "one", "lost"]
    assert lines[0][1] == [[10, 0], [15, 0], [15, 9], [10, 9]]
