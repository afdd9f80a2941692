"""How pages that lie on their side are read: drawn pages with their truth, through the whole service."""

from typing import Any

import numpy as np
import pytest
from PIL import ImageFont

from ocr_ops.arrays import Image, as_image
from tests.make_samples import write_columns, write_lines
from tests.support.cells import any_cells, draw_cells
from tests.support.image_files import encode
from tests.support.observing import Metrics
from tests.support.rest import read as read_rest
from tests.support.running import Service
from tests.support.talking import ask_http

WORDS = ["Delivery note 4711", "Twelve chairs and a table", "Paid in cash", "Thank you for your order"]
CHINESE = ["图书馆开放时间", "学校医院机场车站", "春夏秋冬天气温度", "请保持安静谢谢"]
COLUMNS = ["春眠不觉晓处处闻啼鸟", "夜来风雨声花落知多少", "白日依山尽黄河入海流"]


def read(service: Service, image: Image, **options: str) -> dict[str, Any]:
    page: dict[str, Any] = ask_http(service, encode(".png", image), answer="page", **options).page
    return page


def turned(image: Image, degrees: int) -> Image:
    """The picture turned clockwise."""
    return as_image(np.ascontiguousarray(np.rot90(image, -degrees // 90)))


def texts_of(page: dict[str, Any]) -> list[str]:
    return ["".join(line["text"].split()) for line in page["lines"]]


def directions_of(page: dict[str, Any]) -> set[int]:
    return {90 * line["laid_down"] + line["angle"] for line in page["lines"]}


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize("lines", [WORDS, CHINESE])
def test_prose_comes_first_line_first_whichever_way_the_page_is_turned(
    service: Service, lines: list[str], degrees: int
) -> None:
    page = read(service, turned(write_lines(lines, 560), degrees))
    assert page["rotation"] == degrees
    assert texts_of(page) == ["".join(line.split()) for line in lines]
    assert directions_of(page) == {degrees}


@pytest.mark.parametrize("degrees", [90, 270])
def test_a_table_that_lies_is_read_as_the_upright_one(service: Service, degrees: int) -> None:
    drawn = any_cells(np.random.default_rng(7), 6, 5)
    upright, lying = (read(service, turned(drawn.image, turn)) for turn in (0, degrees))
    assert (upright["rotation"], lying["rotation"]) == (0, degrees)
    assert texts_of(lying) == texts_of(upright)


@pytest.mark.parametrize("degrees", [90, 270])
def test_cells_that_are_no_longer_than_high_lie_with_their_page(service: Service, degrees: int) -> None:
    rows = [("Item", "Jan", "Feb"), ("Rent", "47", "5"), ("Food", "7", "32"), ("Part", "24", "73")]
    drawn = draw_cells(rows, ImageFont.load_default(24), 24, ruled=False)
    page = read(service, turned(drawn.image, degrees))
    assert (page["rotation"], texts_of(page)) == (degrees, [cell.text for cell in drawn.cells])
    assert directions_of(page) == {degrees}


@pytest.mark.parametrize(("degrees", "rotation"), [(0, 0), (180, 180)])
def test_vertical_writing_is_upright_as_its_glyphs_stand(service: Service, degrees: int, rotation: int) -> None:
    page = read(service, turned(write_columns(COLUMNS), degrees))
    assert (page["rotation"], texts_of(page)) == (rotation, COLUMNS)
    assert directions_of(page) == {(degrees + 90) % 360}


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_label_that_runs_another_way_than_its_page_is_read_as_it_stands(service: Service, degrees: int) -> None:
    image = np.vstack((write_lines(WORDS, 560), np.full((200, 560, 3), 255, np.uint8)))
    label = write_lines(["Gate Berlin"], 200, 24)[:46]
    image[-210:-10, 40:86] = np.rot90(label)
    page = read(service, turned(image, degrees))
    assert page["rotation"] == degrees
    assert texts_of(page) == [*("".join(line.split()) for line in WORDS), "GateBerlin"]
    runs = [90 * line["laid_down"] + line["angle"] for line in page["lines"]]
    assert runs == [degrees] * len(WORDS) + [(degrees + 270) % 360]


def test_single_digits_stand_where_nothing_says_that_they_lie(service: Service) -> None:
    rows = [tuple(str((3 * row + column * 2) % 9 + 1) for column in range(6)) for row in range(6)]
    drawn = draw_cells(rows, ImageFont.load_default(28), 28, ruled=False)
    page = read(service, drawn.image)
    assert (page["rotation"], directions_of(page)) == (0, {0})
    assert texts_of(page) == [cell.text for cell in drawn.cells]


def test_without_recognition_columns_count_as_rows_that_lie(service: Service) -> None:
    for degrees in (90, 270):
        page = read(service, turned(write_lines(WORDS, 560), degrees), **{"rec.enabled": "false"})
        assert (page["rotation"], directions_of(page)) == (degrees, {degrees})


@pytest.mark.parametrize("off", ["cls.enabled", "det.enabled"])
def test_without_classification_or_detection_a_page_is_not_turned(service: Service, off: str) -> None:
    image = turned(write_lines(WORDS[:1], 400)[10:80, 20:], 270)
    page = read(service, image, **{off: "false"})
    assert page["rotation"] == 0
    assert [line["laid_down"] for line in page["lines"]] == [True]


def test_rest_says_in_which_direction_page_and_lines_run(service: Service) -> None:
    image = write_lines(WORDS, 560)
    for degrees in (0, 90, 180, 270):
        page = read_rest(service, encode(".png", turned(image, degrees))).page
        assert page["rotation"] == degrees
        assert {line["angle"] for line in page["lines"]} == {degrees}
        assert page["text"].replace(" ", "").split("\n") == ["".join(line.split()) for line in WORDS]


def test_pages_are_counted_by_their_rotation(service: Service) -> None:
    image = write_lines(WORDS, 560)
    before = Metrics(service)
    for degrees, times in ((0, 2), (90, 1), (270, 3)):
        for _ in range(times):
            read(service, turned(image, degrees))
    after = Metrics(service)
    grown = {
        rotation: after.value("pdserving_pages_read_total", rotation=rotation)
        - before.value("pdserving_pages_read_total", rotation=rotation)
        for rotation in ("0", "90", "180", "270")
    }
    assert grown == {"0": 2, "90": 1, "180": 0, "270": 3}
    assert after.label_values("rotation") == set(grown)
