import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.arrays import Image
from ocr_ops.recognition import Text
from ocr_ops.vertical_writing import is_vertical_writing, side_by_side


def column(count: int, pitch: int, width: int, size: int, top: int = 3) -> Image:
    """A column of squares, each of its own grey."""
    image = np.full((top + count * pitch + 3, width, 3), 255, np.uint8)
    left = (width - size) // 2
    for index in range(count):
        start = top + index * pitch + (pitch - size) // 2
        image[start : start + size, left : left + size] = 10 * index
    return image


def text(characters: str) -> Text:
    return Text(characters, 0.9, ())


@pytest.mark.parametrize("pitch", [26, 30, 40])
@pytest.mark.parametrize("count", [3, 6, 15])
def test_glyphs_are_cut_out_whole_and_stand_beside_each_other(count: int, pitch: int) -> None:
    beside = side_by_side(column(count, pitch, 34, 22))[:, :, 0]
    values, pixels = np.unique(beside[beside < 255], return_counts=True)
    assert 2 <= len(values) <= 6
    assert np.diff(values).tolist() == [10] * (len(values) - 1)
    assert set(pixels.tolist()) == {22 * 22}
    # From left to right, as they stood from top to bottom.
    assert [int(row) for row in beside.min(axis=0) if row < 255] == np.repeat(values, 22).tolist()


@given(st.integers(1, 90), st.integers(1, 40), st.integers(0, 2**32))
def test_any_crop_gives_a_crop(height: int, width: int, seed: int) -> None:
    crop = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    beside = side_by_side(crop)
    assert min(beside.shape) >= 1
    assert beside.shape[2] == 3
    assert beside.size <= crop.size


def test_glyphs_that_are_the_same_as_they_stand_are_vertical_writing() -> None:
    assert is_vertical_writing([(text("学校图书馆的人民"), text("图书馆的人民"))])
    assert is_vertical_writing([(text("デタベスのサバ"), text("1タベ！のサ")), (text("学校"), text("口"))])


def test_glyphs_that_lie_are_not() -> None:
    assert not is_vertical_writing([(text("学校图书馆的人民"), text("日人")), (text("合计时间数量"), text(""))])
    assert not is_vertical_writing([])


def test_a_single_glyph_proves_nothing() -> None:
    assert not is_vertical_writing([(text("十"), text("十")), (text("口"), text("口"))])


def test_what_is_latin_when_it_is_laid_down_is_no_vertical_writing() -> None:
    assert not is_vertical_writing([(text("SOHO 1000"), text("SOHO10")), (text("xoxo"), text("oxox"))])
