"""Drawn pages: the ink is where the truth says, and a seed always gives the same."""

from pathlib import Path
from random import Random

import cv2
import numpy as np
import pytest

from pdserving.bench.accuracy.drawing.canvas import BLACK, Canvas, pasted, turned
from pdserving.bench.accuracy.drawing.categories import CATEGORIES, Category, draw_pages
from pdserving.bench.accuracy.drawing.fonts import CHINESE, SANS, Face, check_fonts, lacking
from pdserving.bench.accuracy.drawing.languages import CHINESE as CHINESE_WORDS
from pdserving.bench.accuracy.drawing.languages import JAPANESE, LATIN_SCRIPT
from pdserving.bench.accuracy.truth import read_truth
from pdserving.setup_errors import SetupError


@pytest.fixture(scope="module", autouse=True)
def fonts() -> None:
    try:
        check_fonts()
    except SetupError as error:
        pytest.skip(str(error))


def test_missing_fonts_are_named_with_their_packages() -> None:
    with pytest.raises(SetupError, match=r"NotoSansCJK-None\.ttc.*apt-get install .*fonts-noto-cjk"):
        check_fonts([SANS, Face("NotoSansCJK-None.ttc")])


def test_a_text_that_the_font_lacks_is_refused() -> None:
    assert lacking(SANS, "中a") == {"中"}
    with pytest.raises(ValueError, match="lacks"):
        Canvas(100, 100).write("中", 10, 50, SANS, 20)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 30, -75])
def test_all_ink_of_a_line_lies_in_its_quad_however_the_page_is_turned(degrees: float) -> None:
    canvas = Canvas(300, 200)
    canvas.write("Hp 98", 40, 90, SANS, 30)
    canvas.write("图书", 60, 160, CHINESE[0], 30)
    page = turned(canvas.drawn(), degrees)
    outside = page.image.min(axis=2)
    for line in page.lines:
        points = np.array(line.quad).round().astype(np.int32)
        inside = cv2.fillPoly(np.zeros(outside.shape, np.uint8), [points], 1)
        assert (outside[inside == 1] < 60).sum() > 50
        cv2.fillPoly(outside, [points], 255)
        cv2.polylines(outside, [points], True, 255, 3)  # rounding, and the rim that interpolation makes
    assert outside.min() > 200


def test_the_first_corner_of_a_turned_line_is_where_its_text_begins() -> None:
    canvas = Canvas(300, 200)
    canvas.write("text", 40, 90, SANS, 30)
    begin, end = turned(canvas.drawn(), 90).lines[0].quad[:2]
    assert begin[0] == pytest.approx(end[0], abs=0.1)
    assert begin[1] < end[1]


def test_labels_that_are_pasted_have_no_place_in_the_order() -> None:
    canvas, patch = Canvas(300, 200), Canvas(80, 40)
    canvas.write("text", 40, 60, SANS, 30)
    patch.write("98", 10, 30, SANS, 20)
    page = pasted(canvas.drawn(), patch.drawn(), 200, 150)
    assert [(line.text, line.ordered) for line in page.lines] == [("text", True), ("98", False)]
    assert page.lines[1].quad[0][0] > 200
    assert page.image[150:, 200:].min() <= min(BLACK)


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category.name)
def test_every_category_has_lines_within_its_pictures(category: Category) -> None:
    for number in range(min(2, category.pages)):
        page = category.draw(Random(f"test/{number}"), number)  # noqa: S311
        height, width = page.image.shape[:2]
        points = np.array([line.quad for line in page.lines]).reshape(-1, 2)
        assert points.size
        assert points.min() >= -1
        assert (points <= [width + 1, height + 1]).all()
        assert all(line.text == line.text.strip() for line in page.lines)


def test_a_seed_gives_the_same_pages_whichever_others_are_drawn(tmp_path: Path) -> None:
    cells, lines = (next(entry for entry in CATEGORIES if entry.name == name) for name in ("cells", "cropped line"))
    both = draw_pages("7", tmp_path / "both", [lines, cells])
    alone = draw_pages("7", tmp_path / "alone", [cells])
    again = {page.picture.name: page for page in both}
    for page in alone:
        assert page.lines == again[page.picture.name].lines
        assert page.picture.read_bytes() == again[page.picture.name].picture.read_bytes()
    assert alone[0].lines != draw_pages("8", tmp_path / "other", [cells])[0].lines
    assert [page.picture for page in read_truth(tmp_path / "both")] == [page.picture for page in both]


def test_there_are_ten_languages_in_latin_script_and_no_font_lacks_a_word() -> None:
    assert len(LATIN_SCRIPT) == 10
    assert not lacking(CHINESE[0], "".join((*CHINESE_WORDS, *JAPANESE)))
