import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.crop import crop_quad, crop_width, is_narrow, is_short, is_tall, is_wide, turn_crop
from ocr_ops.detection.rectangle import Rectangle, clockwise


def corners(left: float, top: float, right: float, bottom: float) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32)


def noise(height: int, width: int) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    return np.random.default_rng(8).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_a_level_quad_is_cut_out_as_it_is() -> None:
    image = noise(60, 90)
    np.testing.assert_array_equal(crop_quad(image, corners(10, 20, 70, 45)), image[20:45, 10:70])


@given(st.data())
def test_a_level_quad_has_the_pixels_that_warping_gives(data: st.DataObject) -> None:
    left, top = data.draw(st.integers(0, 60)), data.draw(st.integers(0, 40))
    right, bottom = data.draw(st.integers(left + 1, 90)), data.draw(st.integers(top + 1, 60))
    image, points, sides = noise(60, 90), corners(left, top, right, bottom), (right - left, bottom - top)
    transform = cv2.getPerspectiveTransform(points, corners(0, 0, *sides))
    warped = cv2.warpPerspective(image, transform, sides, flags=cv2.INTER_CUBIC)
    turned = np.rot90(warped) if sides[1] >= 1.5 * sides[0] else warped
    crop = crop_quad(image, points)
    np.testing.assert_array_equal(crop, turned)
    assert crop.flags.owndata


def test_a_rotated_quad_is_straightened() -> None:
    image = np.zeros((200, 200, 3), np.uint8)
    points = clockwise(Rectangle((100.0, 100.0), 120.0, 30.0, 25.0).corners())
    cv2.fillPoly(image, [np.rint(points).astype(np.int32)], (255, 255, 255))
    crop = crop_quad(image, points)
    assert abs(crop.shape[0] - 30) <= 1
    assert abs(crop.shape[1] - 120) <= 1
    assert crop[2:-2, 2:-2].min() > 200


def test_a_tall_quad_is_turned_counter_clockwise() -> None:
    image = noise(90, 60)
    np.testing.assert_array_equal(crop_quad(image, corners(10, 20, 30, 50)), np.rot90(image[20:50, 10:30]))


def test_a_quad_just_below_the_limit_is_not_turned() -> None:
    assert crop_quad(noise(90, 60), corners(10, 20, 30, 49)).shape == (29, 20, 3)


def test_beyond_the_image_the_border_is_repeated() -> None:
    image = np.full((20, 20, 3), 9, np.uint8)
    assert (crop_quad(image, corners(-10, -10, 40, 15)) == 9).all()


@pytest.mark.parametrize(
    "points", [[(5, 5)] * 4, [(0, 0), (9, 9), (9, 9), (0, 0)], [(3, 3), (3, 3), (3, 9), (3, 9)]], ids=str
)
def test_a_quad_without_an_area_gives_at_least_one_pixel(points: list[tuple[int, int]]) -> None:
    crop = crop_quad(noise(20, 20), np.array(points, np.float32))
    assert crop.size > 0


def test_an_image_wider_than_16_bits_can_say_is_cropped_at_its_end() -> None:
    image = np.zeros((20, 70_000, 3), np.uint8)
    image[:, -50:] = 200
    assert (crop_quad(image, corners(69_950, 0, 70_000, 20)) == 200).all()


@pytest.mark.parametrize(
    ("height", "width", "expected"), [(48, 320, 320), (24, 100, 200), (30, 41, 66), (500, 1, 1), (10, 9000, 3200)]
)
def test_widths_keep_the_aspect_ratio_rounded_up(height: int, width: int, expected: int) -> None:
    assert crop_width(np.zeros((height, width, 3), np.uint8), 48, 3200) == expected


@pytest.mark.parametrize(
    ("height", "tall", "narrow"), [(14, False, False), (15, True, True), (29, True, True), (30, True, False)]
)
def test_a_crop_that_is_a_little_higher_than_wide_is_narrow(height: int, tall: bool, narrow: bool) -> None:
    points = corners(5, 5, 15, 5 + height)
    assert (is_tall(points), is_narrow(points)) == (tall, narrow)


@pytest.mark.parametrize(("degrees", "quarters"), [(90, -1), (180, 2), (270, 1)])
def test_a_crop_is_turned_clockwise(degrees: int, quarters: int) -> None:
    crop = noise(3, 7)
    np.testing.assert_array_equal(turn_crop(crop, degrees), np.rot90(crop, quarters))


def test_a_crop_that_is_not_turned_is_itself() -> None:
    crop = noise(3, 7)
    assert turn_crop(crop, 0) is crop


@pytest.mark.parametrize(
    ("width", "height", "shape"),
    [
        (100, 20, {"wide"}),
        (50, 20, {"wide", "short"}),
        (20, 20, {"short"}),
        (20, 50, {"tall", "short"}),
        (20, 100, {"tall"}),
    ],
)
def test_a_crop_is_wide_or_tall_or_neither_and_may_be_short(width: int, height: int, shape: set[str]) -> None:
    points = corners(5, 5, 5 + width, 5 + height)
    found = {"wide": is_wide(points), "tall": is_tall(points), "short": is_short(points)}
    assert {name for name, is_so in found.items() if is_so} == shape
