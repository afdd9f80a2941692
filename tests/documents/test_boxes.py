import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.arrays import as_image
from ocr_ops.crop import crop_quad
from pdserving.documents.boxes import character_boxes, extents, reading_quad, word_boxes
from tests.support.documents import box, line, turned

QUADS = st.builds(
    lambda x, y, width, height, degrees: turned(box(x, y, width, height), degrees),
    st.floats(0, 900),
    st.floats(0, 900),
    st.floats(5, 400),
    st.floats(5, 60),
    st.floats(-60, 60),
)


def test_words_are_cut_at_blanks() -> None:
    boxes = word_boxes(line("ab  cde", box(0, 0, 70, 10)))
    assert [found.text for found in boxes] == ["ab", "cde"]
    assert boxes[0].quad == box(0, 0, 20, 10)
    assert boxes[1].quad == box(40, 0, 30, 10)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("第12章 简介，一", ["第", "12", "章", "简介，一"]),
        ("ひらがなカタカナー漢字", ["ひらがなカタカナー漢字"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("全角　空白", ["全角", "空白"]),
        ("OCR识别v2", ["OCR", "识别", "v2"]),
        ("𠮷野家", ["𠮷野家"]),
        ("  ", []),
        ("", []),
    ],
)
def test_scripts_without_blanks_are_cut_where_they_begin_and_end(text: str, words: list[str]) -> None:
    assert [found.text for found in word_boxes(line(text, box(0, 0, 100, 20)))] == words


def test_a_character_reaches_midway_to_its_neighbours() -> None:
    boxes = character_boxes(line("ilM", box(0, 0, 100, 20), columns=[0.1, 0.2, 0.6]))
    assert [(found.text, found.quad[0][0], found.quad[1][0]) for found in boxes] == [
        ("i", 5, 15),
        ("l", 15, 40),
        ("M", 40, 80),
    ]


def test_a_line_of_one_character_is_its_box() -> None:
    assert character_boxes(line("A", box(5, 6, 30, 40), columns=[0.3]))[0].quad == box(5, 6, 30, 40)


def test_blanks_are_no_characters() -> None:
    assert [found.text for found in character_boxes(line("a b", box(0, 0, 90, 10)))] == ["a", "b"]


def test_characters_are_equally_wide_where_the_columns_are_not_theirs() -> None:
    assert extents([0.5], 2) == [(0, 0.5), (0.5, 1)]


def test_a_line_that_was_not_read_has_no_boxes() -> None:
    assert word_boxes(line(None, box(0, 0, 90, 10), columns=[])) == []
    assert character_boxes(line(None, box(0, 0, 90, 10), columns=[])) == []


def test_a_line_on_its_head_is_read_from_the_right() -> None:
    boxes = word_boxes(line("ab cd", box(0, 0, 100, 20), angle=180))
    assert boxes[0].quad == [[100, 20], [60, 20], [60, 0], [100, 0]]
    assert boxes[1].quad == [[40, 20], [0, 20], [0, 0], [40, 0]]


@pytest.mark.parametrize("angle", [None, 0, 180])
@pytest.mark.parametrize("shape", [(200, 40), (40, 200)])
def test_boxes_are_where_the_recogniser_saw_them(angle: int | None, shape: tuple[int, int]) -> None:
    """What is dark in a character's box is what is dark in its part of the upright crop."""
    quad = np.array(box(30, 20, *shape), np.float32)
    whole = np.full((260, 260, 3), 255, np.uint8)
    read = line("abcd", quad.tolist(), angle)
    reading, first = reading_quad(read), character_boxes(read)[0]
    cv2.fillConvexPoly(whole, np.rint(first.quad).astype(np.int32), (0, 0, 0))
    crop = crop_quad(whole, quad)
    if angle == 180:
        crop = as_image(cv2.rotate(crop, cv2.ROTATE_180))
    quarter = crop.shape[1] // 4
    assert crop.shape[:2] == (40, 200)
    assert crop[5:-5, 5 : quarter - 5].max() < 60
    assert crop[:, quarter + 5 :].min() > 200
    assert sorted(reading) == sorted(quad.tolist())


@given(QUADS, st.text(min_size=1, max_size=30), st.sampled_from([None, 0, 180]), st.data())
def test_boxes_are_in_the_quad_and_in_order(
    quad: list[list[float]], text: str, angle: int | None, data: st.DataObject
) -> None:
    columns = sorted(data.draw(st.lists(st.floats(0, 1), min_size=len(text), max_size=len(text))))
    read = line(text, quad, angle, columns)
    outline = np.array(quad, np.float32)
    start, end = (np.array(corner) for corner in reading_quad(read)[:2])
    for boxes in (word_boxes(read), character_boxes(read)):
        places = []
        for found in boxes:
            assert found.text
            for point in found.quad:
                assert cv2.pointPolygonTest(outline, (point[0], point[1]), True) > -0.1
            places.append(float((np.array(found.quad[0]) - start) @ (end - start)))
        assert places == sorted(places) or np.allclose(places, sorted(places), atol=10)
    assert "".join(found.text for found in word_boxes(read)) == "".join(text.split())
    assert "".join(found.text for found in character_boxes(read)) == "".join(text.split())
