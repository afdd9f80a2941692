import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.detection import DetectionGeometry, SideLimit, detection_size
from ocr_ops.detection.margins import Box

# PaddleOCR's (`max_side_limit`).
MAX_SIDE = 4000


@pytest.mark.parametrize(
    ("size", "limit", "expected"),
    [
        ((960, 1280), SideLimit(960, "max"), (704, 960)),
        ((480, 640), SideLimit(960, "max"), (480, 640)),
        ((100, 300), SideLimit(736, "min"), (736, 2208)),
        ((1000, 2000), SideLimit(736, "min"), (992, 1984)),
        ((3000, 9000), SideLimit(736, "min"), (1344, 4000)),
        ((96, 560), SideLimit(960, "max"), (96, 576)),
    ],
)
def test_sizes_of_pages_follow_paddleocr(size: tuple[int, int], limit: SideLimit, expected: tuple[int, int]) -> None:
    assert detection_size(*size, limit, MAX_SIDE) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((54, 1167), (54, 1167)),
        ((48, 136), (48, 136)),
        ((78, 362), (78, 362)),
        ((120, 2000), (64, 1067)),
        ((20, 300), (32, 480)),
        ((40, 2560), (40, 1280)),
        ((10, 20_000), (32, 1280)),
        ((1, 1), (32, 32)),
    ],
)
def test_what_holds_a_line_or_two_keeps_its_shape_and_is_not_made_unreadably_low(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert detection_size(*size, SideLimit(960, "max"), 1280) == expected
    assert detection_size(*size[::-1], SideLimit(960, "max"), 1280) == expected[::-1]


@given(
    height=st.integers(1, 100_000),
    width=st.integers(1, 100_000),
    length=st.integers(1, 5000),
    max_side=st.integers(32, 5000),
)
def test_padded_sides_are_within_the_cap(height: int, width: int, length: int, max_side: int) -> None:
    for limit in (SideLimit(length, "max"), SideLimit(length, "min")):
        for side in detection_size(height, width, limit, max_side):
            assert side >= 1
            assert side + -side % 32 <= max_side


def test_the_scale_leads_back_to_the_image() -> None:
    geometry = DetectionGeometry.of(np.zeros((100, 300, 3), np.uint8), SideLimit(736, "min"), MAX_SIDE)
    assert geometry.shape == (3, 736, 2208)
    assert (geometry.width, geometry.height) == (300, 100)
    assert geometry.scale_x * 2208 == pytest.approx(300)
    assert geometry.scale_y * 736 == pytest.approx(100)


def test_at_a_scale_all_is_seen_at_it() -> None:
    geometry = DetectionGeometry.at_scale(np.zeros((100, 301, 3), np.uint8), 1.5)
    assert geometry.size == (150, 452)
    assert geometry.shape == (3, 160, 480)
    assert geometry.scale == pytest.approx(1.5, rel=0.01)


@given(
    height=st.integers(1, 3000),
    width=st.integers(1, 3000),
    scale=st.floats(0.2, 2),
    place=st.tuples(st.integers(0, 3000), st.integers(0, 3000)),
)
def test_a_window_near_a_place_holds_where_that_begins(
    height: int, width: int, scale: float, place: tuple[int, int]
) -> None:
    whole = DetectionGeometry.at_scale(np.zeros((height, width, 3), np.uint8), scale)
    row, column = min(place[0], height - 1), min(place[1], width - 1)
    window = whole.near(Box(row, column, row + 1, column + 1), 320).window
    assert window is not None
    assert all(side % 32 == 0 for side in window)
    assert 0 < window.bottom - window.top <= 320
    assert 0 < window.right - window.left <= 320
    assert window.top <= row / whole.scale_y < window.bottom
    assert window.left <= column / whole.scale_x < window.right
    assert window.bottom <= whole.shape[1]
    assert window.right <= whole.shape[2]


@given(st.integers(2, 400), st.integers(2, 400), st.floats(0.3, 2), st.tuples(*[st.floats(0, 1)] * 4))
def test_what_is_seen_turned_lies_where_it_was(
    height: int, width: int, scale: float, parts: tuple[float, float, float, float]
) -> None:
    geometry = DetectionGeometry.at_scale(np.zeros((height, width, 3), np.uint8), scale, turned=True)
    assert geometry.size == (max(1, round(width * scale)), max(1, round(height * scale)))
    top, bottom = sorted(int(part * height) for part in parts[:2])
    left, right = sorted(int(part * width) for part in parts[2:])
    seen = geometry.resized(Box(top, left, bottom + 1, right + 1))
    corners = np.array([(seen.left, seen.top), (seen.right, seen.bottom)], np.float32)
    (far_x, near_y), (near_x, far_y) = geometry.in_image(corners).tolist()
    pixels = 1 / geometry.scale + 1
    assert (near_x, near_y) == pytest.approx((left, top), abs=pixels)
    assert (far_x, far_y) == pytest.approx((right + 1, bottom + 1), abs=pixels)
