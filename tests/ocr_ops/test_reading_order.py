import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.detection import Quad
from ocr_ops.detection.rectangle import clockwise
from ocr_ops.reading_order import reading_order, turned_upright


def box(x: float, y: float, width: float, height: float) -> Quad:
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return Quad(np.array(corners, np.float32), 1.0)


def turned(quads: list[Quad], degrees: float) -> list[Quad]:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn = np.array([(c, s), (-s, c)])
    return [Quad((quad.points @ turn + 500).astype(np.float32), quad.score) for quad in quads]


def order_of(quads: list[Quad], seed: int = 0) -> list[int]:
    """The places, in `quads`, of what comes out when they go in shuffled."""
    shuffled = [quads[i] for i in np.random.default_rng(seed).permutation(len(quads))]
    return [next(i for i, quad in enumerate(quads) if quad is found) for found in reading_order(shuffled)]


COLUMNS = [box(600 - 60 * column, 20 + (column % 3), 30, 200 + 40 * (column % 2)) for column in range(8)]
PAGE = [box(x, 40 * row + (x % 7), 180, 24) for row in range(12) for x in (0, 200, 400, 603)]


def test_no_quads_are_in_order() -> None:
    assert reading_order([]) == []


def test_rows_go_down_and_quads_within_a_row_to_the_right() -> None:
    assert order_of(PAGE) == list(range(len(PAGE)))


@pytest.mark.parametrize("degrees", [-12, -5, -1, 1, 5, 12])
def test_a_tilted_page_keeps_its_rows(degrees: float) -> None:
    assert order_of(turned(PAGE, degrees)) == list(range(len(PAGE)))


def test_columns_go_to_the_left_and_quads_within_a_column_down() -> None:
    halves = [box(quad.points[0, 0], top, 30, 90) for quad in COLUMNS for top in (20, 130)]
    assert order_of(COLUMNS) == list(range(len(COLUMNS)))
    assert order_of(halves) == list(range(len(halves)))


@pytest.mark.parametrize("degrees", [-12, -5, 5, 12])
def test_a_tilted_page_keeps_its_columns(degrees: float) -> None:
    assert order_of(turned(COLUMNS, degrees)) == list(range(len(COLUMNS)))


def test_a_horizontal_title_and_page_number_leave_a_page_of_columns_as_it_is() -> None:
    page = [box(700, 20, 160, 40), *COLUMNS, box(100, 400, 20, 12)]
    assert order_of(page)[1:-1] == list(range(1, 9))


def test_a_spine_beside_rows_does_not_turn_the_page() -> None:
    page = [*(box(60, 40 * row, 300, 24) for row in range(6)), box(400, 280, 24, 400)]
    assert order_of(page) == list(range(len(page)))


def test_a_row_that_bends_stays_one_row() -> None:
    bent = [box(60 * i, 100 * row + 60 * np.sin(i / 4), 50, 30) for row in range(3) for i in range(13)]
    assert order_of(bent) == list(range(len(bent)))


def test_quads_of_different_height_on_one_base_line_are_one_row() -> None:
    assert order_of([box(0, 0, 100, 40), box(110, 14, 80, 20), box(200, 5, 90, 34), box(0, 60, 300, 20)]) == [
        0,
        1,
        2,
        3,
    ]


def test_a_tall_quad_beside_two_lines_is_read_with_the_upper_one() -> None:
    assert order_of([box(0, 0, 80, 44), box(100, 0, 200, 20), box(100, 24, 200, 20)]) == [0, 1, 2]


def test_stacked_lines_that_barely_overlap_are_two_rows() -> None:
    assert order_of([box(300, 0, 200, 30), box(0, 22, 200, 30)]) == [0, 1]


@pytest.mark.parametrize("page", [PAGE, COLUMNS])
@pytest.mark.parametrize("degrees", [-5, 0, 5])
@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_that_is_turned_has_the_order_of_the_upright_one(
    page: list[Quad], rotation: int, degrees: float
) -> None:
    """A quad begins at the corner that is at the top left of the picture, whichever way its text runs."""
    in_picture = [Quad(clockwise(quad.points), 1.0) for quad in turned(page, rotation + degrees)]
    assert order_of(turned_upright(in_picture, rotation)) == list(range(len(page)))


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_quad_of_the_upright_page_begins_at_its_own_top_left(rotation: int) -> None:
    upright = box(40, 30, 50, 20)
    in_picture = [Quad(clockwise(quad.points), 1.0) for quad in turned([upright], rotation)]
    (found,) = turned_upright(in_picture, rotation)
    assert found.points - found.points[0] == pytest.approx(upright.points - upright.points[0], abs=1e-3)


def test_an_upright_page_is_left_as_it_is() -> None:
    assert turned_upright(PAGE, 0) == PAGE


@st.composite
def pages(draw: st.DrawFn) -> list[Quad]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    count = draw(st.integers(1, 25))
    boxes = [box(*rng.integers(0, 300, 2), *rng.integers(1, 90, 2)) for _ in range(count)]
    if draw(st.booleans()):
        boxes += boxes[:3]
    return turned(boxes, draw(st.sampled_from([0.0, 0.0, 7.0, 45.0, 90.0])))


@given(pages(), st.integers(0, 100))
def test_the_result_is_a_permutation_that_does_not_depend_on_the_input_order(quads: list[Quad], seed: int) -> None:
    ordered = reading_order(quads)
    assert sorted(map(id, ordered)) == sorted(map(id, quads))
    shuffled = [quads[i] for i in np.random.default_rng(seed).permutation(len(quads))]
    again = reading_order(shuffled)
    assert all((a.points == b.points).all() for a, b in zip(ordered, again, strict=True))


@given(pages(), st.sampled_from([0.25, 4.0, 16.0]))
def test_the_result_does_not_depend_on_the_scale(quads: list[Quad], scale: float) -> None:
    large = [Quad(quad.points * np.float32(scale), quad.score) for quad in quads]
    assert [quads.index(quad) for quad in reading_order(quads)] == [large.index(quad) for quad in reading_order(large)]
