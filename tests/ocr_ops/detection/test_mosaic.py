import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.detection import DetectionGeometry
from ocr_ops.detection.margins import Box
from ocr_ops.detection.mosaic import Mosaic

MOST = 320


def whole_of(height: int, width: int, scale: float) -> DetectionGeometry:
    return DetectionGeometry.at_scale(np.zeros((height, width, 3), np.uint8), scale)


@st.composite
def needs(draw: st.DrawFn, height: int, width: int) -> list[Box]:
    boxes = []
    for _ in range(draw(st.integers(1, 8))):
        top, left = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
        boxes.append(Box(top, left, draw(st.integers(top + 1, height)), draw(st.integers(left + 1, width))))
    return boxes


@given(st.data(), st.integers(1, 1500), st.integers(1, 1500), st.floats(0.3, 2), st.booleans())
def test_what_the_windows_see_comes_to_lie_where_it_was(
    data: st.DataObject, height: int, width: int, scale: float, trim: bool
) -> None:
    whole, boxes = whole_of(height, width, scale), data.draw(needs(height, width))
    mosaic = Mosaic(whole, boxes, MOST, trim=trim)
    _, rows, columns = whole.shape
    # A probability for each place, of which 255 times is a whole number.
    levels = np.add.outer(7 * np.arange(rows), 11 * np.arange(columns)) % 250 + 1
    all_of_it = levels.astype(np.float32) / np.float32(255)
    for window in mosaic.windows:
        _, window_height, window_width = window.shape
        assert 0 < window_height <= MOST
        assert 0 < window_width <= MOST
        assert window_height % 32 == window_width % 32 == 0
        left, top = window.offset
        mosaic.put(window, all_of_it[top : top + window_height, left : left + window_width])
    left, top = mosaic.geometry.offset
    found = mosaic.probability
    expected = np.rint(all_of_it * 255).astype(np.uint8)[top : top + found.shape[0], left : left + found.shape[1]]
    assert found.shape == mosaic.geometry.shape[1:]
    assert ((found == expected) | (found == 0)).all()
    for box in boxes:
        first_row, last_row = (round(side / whole.scale_y) for side in (box.top, box.bottom))
        first_column, last_column = (round(side / whole.scale_x) for side in (box.left, box.right))
        assert found[first_row - top : last_row - top, first_column - left : last_column - left].all()


def test_what_is_small_is_one_window_with_what_is_around_it() -> None:
    mosaic = Mosaic(whole_of(2000, 2000, 0.5), [Box(1000, 1000, 1020, 1200)], MOST)
    (window,) = mosaic.windows
    assert window.window == Box(448, 448, 576, 672)


def test_nothing_is_seen_between_what_is_needed() -> None:
    mosaic = Mosaic(whole_of(3000, 300, 1.0), [Box(10, 10, 40, 200), Box(2900, 10, 2940, 200)], MOST)
    assert [window.window for window in mosaic.windows] == [Box(0, 0, 96, 256), Box(2848, 0, 3008, 256)]


def test_windows_that_are_not_trimmed_have_one_size() -> None:
    mosaic = Mosaic(whole_of(3000, 3000, 1.0), [Box(10, 10, 40, 2900), Box(2900, 10, 2940, 200)], MOST, trim=False)
    assert {window.shape for window in mosaic.windows} == {(3, MOST, MOST)}


@pytest.mark.parametrize("length", [321, 352, 500, 640, 1000, 4000])
def test_neighbours_share_128_pixels_or_more_and_judge_to_the_middle(length: int) -> None:
    mosaic = Mosaic(whole_of(100, length, 1.0), [Box(0, 0, 100, length)], MOST)
    spans = sorted((window.offset[0], window.offset[0] + window.shape[2]) for window in mosaic.windows)
    assert all(before[1] - after[0] >= 96 for before, after in itertools.pairwise(spans))
    for number, window in enumerate(mosaic.windows, start=1):
        mosaic.put(window, np.full(window.shape[1:], number / 255, np.float32))
    borders = np.flatnonzero(np.diff(mosaic.probability[0].astype(int))) + 1
    expected = [(before[1] + after[0]) // 2 for before, after in itertools.pairwise(spans)]
    np.testing.assert_allclose(borders, expected, atol=32)
