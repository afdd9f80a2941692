from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.detection import Quad
from ocr_ops.reading_order import reading_order, reading_regions, reading_rows
from tests.ocr_ops.reading_order.layouts import LAYOUTS, Sheet, laid_from_right, quad, turned

Layout = Callable[[Random], list[Quad]]
SEEDS = range(6)


def drawn(layout: Layout, seed: int) -> list[Quad]:
    return layout(Random(f"{layout.__name__}/{seed}"))  # noqa: S311  # no secret


def sheet_of(seed: int, size: float) -> Sheet:
    return Sheet(Random(seed), size)  # noqa: S311  # no secret


def order_of(quads: list[Quad], seed: int = 0) -> list[int]:
    """The places, in `quads`, of what comes out when they go in shuffled."""
    shuffled = np.random.default_rng(seed).permutation(len(quads)).tolist()
    return [shuffled[index] for row in reading_rows([quads[index] for index in shuffled]) for index in row]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_a_page_is_read_as_people_read_it(layout: Layout, seed: int) -> None:
    quads = drawn(layout, seed)
    assert order_of(quads) == list(range(len(quads)))


layouts = st.builds(drawn, st.sampled_from(LAYOUTS), st.sampled_from(SEEDS))


@given(layouts, st.integers(0, 2**32))
def test_the_order_does_not_depend_on_the_order_of_the_quads(quads: list[Quad], seed: int) -> None:
    assert order_of(quads, seed) == list(range(len(quads)))


@given(layouts, st.floats(0.3, 8))
def test_the_order_does_not_depend_on_the_scale(quads: list[Quad], scale: float) -> None:
    assert order_of(turned(quads, 0, scale)) == list(range(len(quads)))


@given(layouts, st.tuples(st.floats(-3000, 3000), st.floats(-3000, 3000)))
def test_the_order_does_not_depend_on_where_the_page_is(quads: list[Quad], shift: tuple[float, float]) -> None:
    assert order_of(turned(quads, 0, shift=shift)) == list(range(len(quads)))


@given(layouts, st.floats(-3, 3))
def test_the_order_does_not_depend_on_a_small_rotation(quads: list[Quad], degrees: float) -> None:
    assert order_of(turned(quads, degrees)) == list(range(len(quads)))


extents = st.one_of(st.just(0.0), st.floats(0, 5), st.floats(1, 200), st.floats(1000, 50_000))
places = st.one_of(st.integers(-3, 3).map(float), st.floats(-500, 500), st.floats(-50_000, 50_000))
strange_quads = st.one_of(
    st.builds(quad, places, places, extents, extents),
    st.lists(st.tuples(places, places), min_size=4, max_size=4).map(lambda at: Quad(np.array(at, np.float32), 0.5)),
)


@given(st.lists(strange_quads, max_size=12), st.integers(1, 3))
def test_any_quads_come_out_once_each(quads: list[Quad], times: int) -> None:
    """Identical, nested, crossing, huge, without an area."""
    repeated = quads * times
    assert sorted(index for region in reading_regions(repeated) for row in region for index in row) == list(
        range(len(repeated))
    )
    again = reading_order(repeated[::-1])
    assert all((a.points == b.points).all() for a, b in zip(reading_order(repeated), again, strict=True))


@given(st.integers(0, 2**32), st.integers(1, 400))
def test_words_strewn_over_a_picture_come_out_once_each(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    boxes = zip(
        *(rng.uniform(*bounds, count).tolist() for bounds in ((0, 900), (0, 900), (5, 90), (5, 40))), strict=True
    )
    assert sorted(order_of([quad(*box) for box in boxes])) == list(range(count))


def test_no_quads_have_no_regions() -> None:
    assert reading_regions([]) == []


def test_columns_and_what_is_across_them_are_regions() -> None:
    sheet = sheet_of(1, 18)
    counts = []
    for x, y, width, lines in ((90, 60, 1000, 1), (90, 130, 510, 9), (640, 130, 510, 7), (90, 400, 1000, 1)):
        before = len(sheet.quads)
        sheet.prose(x, y, width, lines)
        counts.append(len(sheet.quads) - before)
    assert [sum(map(len, region)) for region in reading_regions(sheet.quads)] == counts


def test_a_note_beside_prose_and_a_caption_are_regions() -> None:
    sheet = sheet_of(2, 18)
    y = sheet.prose(90, 60, 700, 8)
    sheet.line(150, y + 200, 400, 15)
    sheet.prose(90, y + 260, 700, 8)
    sheet.prose(840, 93, 150, 4, leading=1.25)
    assert [len(region) for region in reading_regions(sheet.quads)] == [8, 1, 8, 4]


def test_rows_of_a_table_stay_rows_in_one_region() -> None:
    sheet = sheet_of(3, 20)
    sheet.table(60, 60, [240, 150, 150], 8)
    assert [[len(row) for row in region] for region in reading_regions(sheet.quads)] == [[3] * 8]


def test_a_table_keeps_its_rows_where_cells_are_empty_or_read_as_one() -> None:
    sheet = sheet_of(4, 20)
    sheet.table(60, 60, [240, 150, 150, 150], 10)
    kept = [one for index, one in enumerate(sheet.quads) if index not in (6, 7, 22, 27)]
    left, right = kept[9:11]
    points = np.array([left.points[0], right.points[1], right.points[2], left.points[3]], np.float32)
    quads = [*kept[:9], Quad(points, 1.0), *kept[11:]]
    assert order_of(quads) == list(range(len(quads)))


def test_text_from_top_to_bottom_has_regions_from_right_to_left() -> None:
    sheet = sheet_of(5, 24)
    for top in (0, 400):
        for row in range(5):
            sheet.line(60, top + 43 * row, 300)
    regions = reading_regions(laid_from_right(sheet.quads))
    assert regions == [[[0], [1], [2], [3], [4]], [[5], [6], [7], [8], [9]]]
