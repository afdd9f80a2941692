import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.recognition.glyph_shapes import glyph_shapes
from tests.support.glyphs import draw_text


def heights(text: str, size: int) -> list[float]:
    crop, columns = draw_text(text, size)
    return [shape.height if shape else 0.0 for shape in glyph_shapes(crop, columns)]


@pytest.mark.parametrize("size", [12, 16, 24, 40])
def test_capitals_are_higher_than_small_letters_and_each_kind_is_of_one_height(size: int) -> None:
    found = heights("x E v H w T z N", size)
    small, capitals = np.array(found[::4]), np.array(found[2::4])
    assert np.ptp(small) < 0.6 + 0.04 * size
    assert np.ptp(capitals) < 0.6 + 0.04 * size
    assert capitals.mean() > 1.2 * small.mean()


def test_light_text_on_dark_measures_as_dark_on_light() -> None:
    crop, columns = draw_text("Hamburg 07", 24)
    assert glyph_shapes(255 - crop, columns) == glyph_shapes(crop, columns)


def test_there_is_no_shape_where_there_is_no_ink() -> None:
    crop, columns = draw_text("a b", 20)
    assert [shape is None for shape in glyph_shapes(crop, columns)] == [False, True, False]
    assert glyph_shapes(np.full((20, 30, 3), 200, np.uint8), [0.5]) == [None]


def test_rules_above_and_below_are_not_part_of_glyphs() -> None:
    crop, columns = draw_text("Room", 24)
    ruled = crop.copy()
    ruled[2:4] = ruled[-4:-2] = 0
    assert glyph_shapes(ruled, columns) == glyph_shapes(crop, columns)


def test_a_glyph_that_touches_an_edge_may_be_cut() -> None:
    crop, columns = draw_text("Cow", 24)
    top = int(np.flatnonzero((crop < 128).any(axis=(1, 2)))[0])
    assert [shape.whole for shape in glyph_shapes(crop, columns) if shape] == [True, True, True]
    assert [shape.whole for shape in glyph_shapes(crop[top + 2 :], columns) if shape] == [False, True, True]


def test_a_dot_in_a_zero_is_ink_in_its_middle() -> None:
    crop, columns = draw_text("H0H", 24)
    dotted, _ = draw_text("H0H", 24, dotted="0")
    (_, plain, _), (_, marked, _) = glyph_shapes(crop, columns), glyph_shapes(dotted, columns)
    assert plain is not None
    assert marked is not None
    assert plain.middle < 0.2
    assert marked.middle > 0.8


@given(st.integers(0, 2**32), st.integers(1, 12), st.integers(1, 12), st.lists(st.floats(0, 1), min_size=1, max_size=9))
def test_any_crop_can_be_measured_at_any_columns(seed: int, height: int, width: int, columns: list[float]) -> None:
    crop = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    shapes = glyph_shapes(crop, sorted(columns))
    assert len(shapes) == len(columns)
    for shape in shapes:
        assert shape is None or (0 < shape.height <= height and 0 <= shape.middle <= 1)
