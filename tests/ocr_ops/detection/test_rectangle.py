import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.detection.rectangle import Rectangle, clockwise

SQUARE = np.array([(10, 10), (90, 14), (88, 40), (8, 36)], np.float32)


@pytest.mark.parametrize("shift", range(4))
@pytest.mark.parametrize("step", [1, -1])
def test_corners_come_clockwise_from_the_top_left_whatever_their_order(shift: int, step: int) -> None:
    np.testing.assert_array_equal(clockwise(np.roll(SQUARE[::step], shift, axis=0)), SQUARE)


def test_a_diamond_starts_at_its_top() -> None:
    diamond = np.array([(0, 5), (5, 10), (10, 5), (5, 0)], np.float32)
    np.testing.assert_array_equal(clockwise(diamond), [(5, 0), (10, 5), (5, 10), (0, 5)])


@pytest.mark.parametrize("points", [[(5, 5)], [(5, 5), (5, 5)], [(1, 1), (9, 9)], [(1, 1), (5, 5), (9, 9)]])
def test_points_without_an_area_give_a_rectangle_without_one(points: list[tuple[int, int]]) -> None:
    rectangle = Rectangle.around(np.array(points, np.int32))
    assert rectangle.shortest == pytest.approx(0, abs=1e-4)
    assert np.isfinite(rectangle.unclip(1.5).corners()).all()


@given(
    width=st.floats(3, 400),
    height=st.floats(3, 400),
    degrees=st.floats(-90, 90),
    ratio=st.sampled_from([1.2, 1.5, 2.0]),
)
def test_unclip_moves_every_side_by_area_times_ratio_over_perimeter(
    width: float, height: float, degrees: float, ratio: float
) -> None:
    grown = Rectangle((500.0, 500.0), width, height, degrees).unclip(ratio)
    distance = width * height * ratio / (2 * (width + height))
    assert grown.centre == pytest.approx((500, 500), abs=0.1)
    assert sorted((grown.width, grown.height)) == pytest.approx(
        sorted((width + 2 * distance, height + 2 * distance)), abs=0.1
    )
