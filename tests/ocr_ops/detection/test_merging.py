import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.detection import Quad
from ocr_ops.detection.merging import merge


def quad(left: float, top: float, width: float, height: float, score: float = 0.9) -> Quad:
    corners = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    return Quad(np.array(corners, np.float32), score)


def test_small_text_is_taken_from_the_closer_look() -> None:
    first, closer = [quad(0, 0, 205, 18)], [quad(2, 3, 90, 12), quad(110, 3, 90, 12)]
    assert merge(first, {*first}, closer) == closer


def test_a_quad_that_lies_across_lines_of_small_text_goes() -> None:
    lines = [quad(16, 54, 63, 22), quad(79, 54, 53, 24), quad(16, 86, 66, 22), quad(78, 84, 90, 26)]
    assert merge([across := quad(40, 62, 70, 34)], {across}, lines) == lines


def test_small_text_that_the_closer_look_did_not_see_stays() -> None:
    first, closer = [quad(0, 0, 200, 15)], [quad(0, 40, 200, 12)]
    assert merge(first, {*first}, closer) == first + closer


def test_large_text_is_taken_from_the_first_look_which_saw_it_whole() -> None:
    first, closer = [quad(0, 0, 500, 40)], [quad(2, 2, 240, 38), quad(260, 1, 230, 36)]
    assert merge(first, set(), closer) == first


def test_pieces_of_large_letters_are_no_lines() -> None:
    first, closer = [quad(0, 0, 900, 200)], [quad(100, 20, 60, 30), quad(400, 150, 60, 30)]
    assert merge(first, set(), closer) == first


def test_a_large_quad_that_lines_fill_was_no_line() -> None:
    few = [quad(0, 2, 900, 40), quad(0, 80, 900, 40)]
    assert merge([quad(0, 0, 900, 150)], set(), few) == few
    many = [quad(50, 40 * row, 90, 14) for row in range(4)]
    assert merge([quad(0, 0, 900, 200)], set(), many) == many


def test_without_a_closer_look_nothing_changes() -> None:
    first = [quad(0, 0, 900, 10), quad(0, 50, 900, 100)]
    assert merge(first, {*first[:1]}, []) == first
    assert merge([], set(), first) == first


boxes = st.lists(st.builds(quad, *[st.integers(0, 300)] * 2, *[st.integers(1, 300)] * 2), max_size=8)


@given(boxes, boxes)
def test_no_quad_is_made_and_none_goes_without_a_rival(first: list[Quad], closer: list[Quad]) -> None:
    merged = merge(first, {*first[: len(first) // 2]}, closer)
    assert len({id(found) for found in merged}) == len(merged)
    assert {id(found) for found in merged} <= {id(given) for given in first + closer}
    if first or closer:
        assert merged
