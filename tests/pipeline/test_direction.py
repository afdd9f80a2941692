"""Which way up pages and their lines are read: drawn pages with their truth, through the whole service."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import ImageFont

from ocr_ops.arrays import Image
from tests.make_samples import write_lines
from tests.support.cells import Cell, any_cells, draw_cells
from tests.support.image_files import encode
from tests.support.running import Service
from tests.support.talking import ask_http

CELLS = 2000
ROWS, COLUMNS = 10, 10
MOST_FLIPPED = 3
WORDS = ["Delivery note 4711", "Twelve chairs and a table", "Paid in cash", "Thank you for your order"]


def read(service: Service, image: Image, **options: str) -> dict[str, Any]:
    page: dict[str, Any] = ask_http(service, encode(".png", image), answer="page", **options).page
    return page


def line_at(lines: Sequence[dict[str, Any]], cell: Cell) -> dict[str, Any] | None:
    """The line whose quad holds the middle of a cell."""
    middle = (cell.x, cell.y)
    held = (line for line in lines if cv2.pointPolygonTest(np.array(line["quad"], np.float32), middle, True) > -3)
    return next(held, None)


def texts_of(page: dict[str, Any]) -> list[str]:
    return ["".join(line["text"].split()) for line in page["lines"]]


def without_blanks(lines: Sequence[str]) -> list[str]:
    return ["".join(line.split()) for line in lines]


def test_of_two_thousand_upright_cells_none_is_turned(service: Service) -> None:
    rng = np.random.default_rng(20261)
    flipped, pages = [], [any_cells(rng, ROWS, COLUMNS) for _ in range(CELLS // (ROWS * COLUMNS))]
    for drawn in pages:
        page = read(service, drawn.image)
        assert page["rotation"] == 0
        for cell in drawn.cells:
            line = line_at(page["lines"], cell)
            if line and line["angle"] == 180:
                flipped.append((cell.text, line["text"]))
    assert len(flipped) <= MOST_FLIPPED, flipped


def test_a_page_of_cells_that_is_upside_down_is_read_in_the_order_of_the_upright_one(service: Service) -> None:
    drawn = any_cells(np.random.default_rng(7), 6, 5)
    upright, turned = (read(service, page.image) for page in (drawn, drawn.upside_down()))
    assert (upright["rotation"], turned["rotation"]) == (0, 180)
    assert texts_of(turned) == texts_of(upright)
    assert {line["angle"] for line in turned["lines"]} == {180}


def test_lines_that_are_upside_down_come_first_line_first_and_their_quads_lie_where_they_are(service: Service) -> None:
    image = np.ascontiguousarray(write_lines(WORDS, 560)[::-1, ::-1])
    page = read(service, image)
    assert (page["rotation"], texts_of(page)) == (180, without_blanks(WORDS))
    tops = [line["quad"][0][1] for line in page["lines"]]
    assert tops == sorted(tops, reverse=True)
    assert all(line["quad"][0][0] < line["quad"][1][0] for line in page["lines"])


def test_a_single_sentence_that_is_upside_down_is_turned(service: Service) -> None:
    page = read(service, np.ascontiguousarray(write_lines(WORDS[:1], 560)[::-1, ::-1]))
    assert (page["rotation"], texts_of(page)) == (180, without_blanks(WORDS[:1]))


def test_a_number_beside_a_few_short_words_runs_as_they_do(service: Service) -> None:
    upright = write_lines(["Gate", "Room", "98"], 300, 24)
    for image, direction in ((upright, 0), (np.ascontiguousarray(upright[::-1, ::-1]), 180)):
        page = read(service, image)
        assert (page["rotation"], texts_of(page)) == (direction, ["Gate", "Room", "98"])


@pytest.mark.parametrize("upside_down", [False, True])
def test_a_label_in_the_other_direction_is_read_as_it_stands(service: Service, upside_down: bool) -> None:
    image = write_lines([*WORDS, ""], 560)
    image[-40:, 300:] = write_lines(["Gate B"], 300, 24)[:40, :260][::-1, ::-1]
    page = read(service, np.ascontiguousarray(image[::-1, ::-1]) if upside_down else image)
    own, others = (180, 0) if upside_down else (0, 180)
    assert page["rotation"] == own
    assert [(text, line["angle"]) for text, line in zip(texts_of(page), page["lines"], strict=True)] == [
        *((text, own) for text in without_blanks(WORDS)),
        ("GateB", others),
    ]


def test_without_recognition_lines_run_as_their_page(service: Service) -> None:
    drawn = any_cells(np.random.default_rng(7), 6, 5)
    for image, angle in ((drawn.image, 0), (drawn.upside_down().image, 180)):
        page = read(service, image, **{"rec.enabled": "false"})
        assert {line["angle"] for line in page["lines"]} == {angle}


@pytest.mark.parametrize(
    ("size", "rows"),
    [
        (20, [("Item", "Jan", "Feb"), ("Rent", "-", "1"), ("Food", "7", "-"), ("Part", "t", "i")]),
        (32, [("Part", "II"), ("Unit", "t")]),
    ],
)
def test_narrow_glyphs_are_read_as_they_stand(service: Service, size: int, rows: list[tuple[str, ...]]) -> None:
    drawn = draw_cells(rows, ImageFont.load_default(size), size, ruled=False)
    page = read(service, drawn.image)
    assert texts_of(page) == [cell.text for cell in drawn.cells]
    assert {line["laid_down"] for line in page["lines"]} == {False}


def test_a_picture_that_is_one_crop_is_turned_as_the_classifier_says(service: Service) -> None:
    image = np.ascontiguousarray(write_lines(WORDS[:1], 400)[10:80, 20:][::-1, ::-1])
    page = read(service, image, **{"det.enabled": "false"})
    assert [line["angle"] for line in page["lines"]] == [180]
    assert texts_of(page) == without_blanks(WORDS[:1])
