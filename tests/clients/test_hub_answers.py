"""What the hub client prints and draws, for answers as PaddleHub's own server and user-defined services give them."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.support.answering_server import FixedAnswer, answering_server
from tests.support.client_process import HUB_CLIENT

WIDTH, HEIGHT = 120, 80
CORNERS = [[10, 20], [110, 20], [110, 50], [10, 50]]


def answer(results: object, status: str = "000", message: str = "") -> FixedAnswer:
    content = {"msg": message, "results": results, "status": status}
    return FixedAnswer(200, "application/json", json.dumps(content).encode())


SYSTEM = {"angle": "0", "text": "Hall 3 [bold]", "confidence": 0.98765, "text_region": CORNERS}
ANSWERS = {
    "/predict/ocr_system": answer([[SYSTEM]]),
    "/predict/ocr_det": answer([[{"text_region": CORNERS}]]),
    "/predict/ocr_cls": answer([[{"angle": "180", "confidence": 0.75}]]),
    "/predict/ocr_rec": answer([[{"text": "Gate B", "confidence": 0.9}]]),
    "/predict/receipts": answer([[SYSTEM | {"currency": "EUR"}, {"total": {"sum": 12.5}}]]),
    "/predict/structure_table": answer([{"html": "<table>"}]),
    "/predict/polygons": answer([[{"text_region": [[1, 2], [3, 4], [5, 6]]}]]),
    "/predict/empty/ocr_system": answer([[]]),
    "/predict/failing": answer("", status="101", message="The input data is inconsistent with expectations."),
    "/predict/refusing": answer([], status="-1", message="not one of the five formats"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with answering_server(ANSWERS) as address:
        yield f"http://{address}/predict"


@pytest.fixture
def image(tmp_path: Path) -> Path:
    file = tmp_path / "page.png"
    cv2.imwrite(str(file), np.full((HEIGHT, WIDTH, 3), 255, np.uint8))
    return file


def rows(printed: str) -> list[list[str]]:
    """The cells of the printed table, its headings first; cells hold no two blanks in a row."""
    return [
        [cell.strip() for cell in line.split("  ") if cell.strip()]
        for line in printed.splitlines()[:-1]
        if line.strip() and not line.startswith("─")
    ]


@pytest.mark.parametrize(
    ("service", "headings", "cells"),
    [
        (
            "ocr_system",
            ["text", "confidence", "angle", "text_region"],
            ["Hall 3 [bold]", "0.988", "0", "[[10, 20], [110, 20], [110, 50], [10, 50]]"],
        ),
        ("ocr_det", ["text_region"], ["[[10, 20], [110, 20], [110, 50], [10, 50]]"]),
        ("ocr_cls", ["angle", "confidence"], ["180", "0.750"]),
        ("ocr_rec", ["text", "confidence"], ["Gate B", "0.900"]),
        ("structure_table", ["html"], ["<table>"]),
    ],
)
def test_the_table_has_a_column_for_each_field(
    server: str, image: Path, service: str, headings: list[str], cells: list[str]
) -> None:
    ended = HUB_CLIENT.run(image, address=f"{server}/{service}")
    assert ended.returncode == 0, ended.stderr
    assert rows(ended.stdout) == [["image", *headings], [str(image), *cells]]


def test_fields_that_a_user_added_are_shown_as_they_are(server: str, image: Path) -> None:
    ended = HUB_CLIENT.run(image, address=f"{server}/receipts")
    assert ended.returncode == 0, ended.stderr
    headings, first, second = rows(ended.stdout)
    assert headings[-2:] == ["currency", "total"]
    assert first[-1] == "EUR"
    assert second == ['{"sum": 12.5}']


def test_the_sums_hold_the_average_time_of_an_image(server: str, image: Path) -> None:
    ended = HUB_CLIENT.run(image, image, address=f"{server}/receipts")
    summary = ended.stdout.splitlines()[-1]
    assert summary.startswith("images: 2, failed: 0, results: 4, average: ")
    assert " ms per image, speed: " in summary


def test_an_image_without_text_is_said_to_have_none(server: str, image: Path) -> None:
    ended = HUB_CLIENT.run(image, address=f"{server}/empty/ocr_system")
    assert ended.returncode == 0
    assert rows(ended.stdout)[1] == [str(image), "no text found"]


def test_json_holds_the_services_results_unchanged(server: str, image: Path) -> None:
    ended = HUB_CLIENT.run(image, "--json", address=f"{server}/receipts")
    content = json.loads(ended.stdout)
    assert content.pop("ms") > 0
    assert content == {
        "image": str(image),
        "results": [SYSTEM | {"currency": "EUR"}, {"total": {"sum": 12.5}}],
    }


@pytest.mark.parametrize(
    ("service", "err_no", "message"),
    [
        ("failing", 101, "The input data is inconsistent with expectations."),
        ("refusing", -1, "not one of the five formats"),
    ],
)
def test_an_error_with_http_status_200_fails_the_image(
    server: str, image: Path, service: str, err_no: int, message: str
) -> None:
    ended = HUB_CLIENT.run(image, "--json", address=f"{server}/{service}")
    assert ended.returncode == 1
    assert json.loads(ended.stdout) == {"image": str(image), "error": {"err_no": err_no, "message": message}}
    assert ended.stderr == f"{image}: {message}\n"


@pytest.mark.parametrize(
    ("service", "width"),
    [("ocr_system", 2 * WIDTH), ("receipts", 2 * WIDTH), ("ocr_det", WIDTH), ("empty/ocr_system", 2 * WIDTH)],
)
def test_a_drawing_shows_the_text_only_where_it_was_read(
    server: str, image: Path, tmp_path: Path, service: str, width: int
) -> None:
    output = tmp_path / "new" / "folder"
    ended = HUB_CLIENT.run(image, "--visualize", "--output", output, address=f"{server}/{service}")
    assert ended.returncode == 0, ended.stderr
    drawing = cv2.imread(str(output / "page.png"))
    assert drawing is not None
    assert drawing.shape == (HEIGHT, width, 3)
    outlined = (drawing[20, 10:111].min(axis=1) < 200).all()
    assert outlined == ("empty" not in service)


@pytest.mark.parametrize(
    ("service", "said"),
    [
        ("ocr_rec", "no result says where in the image it lies"),
        ("ocr_cls", "no result says where in the image it lies"),
        ("polygons", "text_region is not four points"),
    ],
)
def test_results_without_a_place_are_printed_and_not_drawn(
    server: str, image: Path, tmp_path: Path, service: str, said: str
) -> None:
    ended = HUB_CLIENT.run(image, "--visualize", "--output", tmp_path / "out", address=f"{server}/{service}")
    assert ended.returncode == 1
    assert "failed: 0, results: 1" in ended.stdout
    assert ended.stderr.startswith(f"{image}: not drawn: {said}")
    assert list((tmp_path / "out").iterdir()) == []


def test_nothing_is_drawn_unasked(server: str, image: Path, tmp_path: Path) -> None:
    ended = HUB_CLIENT.run(image, "--output", tmp_path / "out", address=f"{server}/ocr_system")
    assert ended.returncode == 0
    assert not (tmp_path / "out").exists()


def test_drawings_go_to_paddleocrs_folder_unless_another_is_named(
    server: str, image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert HUB_CLIENT.run(image, "--visualize", address=f"{server}/ocr_system").returncode == 0
    assert (tmp_path / "hubserving_result" / "page.png").is_file()


def test_a_folder_for_drawings_that_cannot_be_made_is_wrong_usage(server: str, image: Path) -> None:
    ended = HUB_CLIENT.run(image, "--visualize", "--output", image, address=f"{server}/ocr_system")
    assert ended.returncode == 2
    assert f"--output: {image}: File exists" in ended.stderr


def test_a_folder_is_read_by_several_at_once_in_order_of_name(server: str, image: Path, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("c.png", "a.png", "b.png"):
        shutil.copy(image, folder / name)
    ended = HUB_CLIENT.run(folder, "--json", "--concurrency", "3", address=f"{server}/ocr_system")
    printed = [json.loads(line)["image"] for line in ended.stdout.splitlines()]
    assert printed == [str(folder / name) for name in ("a.png", "b.png", "c.png")]
