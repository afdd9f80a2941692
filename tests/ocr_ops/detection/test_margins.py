import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.arrays import Image
from ocr_ops.detection import DetectionGeometry, QuadDecoding, SideLimit, decode_quads, detection_tensor
from ocr_ops.detection.margins import Box, content_box
from ocr_ops.tensors import Normalisation

PLAIN = Normalisation((0.0,) * 3, (1.0,) * 3)
LIMIT = SideLimit(960, "max")
MAX_SIDE = 4000
DECODING = QuadDecoding(max_candidates=1000)


def margined(height: int, width: int, content: Box, colour: tuple[int, int, int] = (250, 251, 252)) -> Image:
    """An image of one colour, with something else at the corners of a box."""
    image = np.full((height, width, 3), colour, np.uint8)
    image[content.top, content.left] = image[content.bottom - 1, content.right - 1] = 90
    return image


@given(st.data())
def test_the_box_is_around_all_that_is_of_another_colour(data: st.DataObject) -> None:
    height, width = data.draw(st.integers(2, 60)), data.draw(st.integers(2, 60))
    top, left = data.draw(st.integers(0, height - 1)), data.draw(st.integers(1, width - 1))
    content = Box(top, left, data.draw(st.integers(top + 1, height)), data.draw(st.integers(left + 1, width)))
    image = margined(height, width, content)
    noise = np.random.default_rng(7).integers(-1, 2, image.shape) * (image > 90)
    noise[0, 0] = 0
    assert content_box((image + noise).astype(np.uint8)) == content


@pytest.mark.parametrize("colour", [0, 1, 128, 254, 255])
def test_one_colour_is_nothing_with_a_camera_s_noise_too(colour: int) -> None:
    image = np.full((40, 50, 3), colour, np.uint8)
    assert content_box(image) is None
    image[10:20, 10:20] = colour + (1 if colour < 255 else -1)
    assert content_box(image) is None


def test_the_faintest_text_that_is_found_is_something() -> None:
    image = np.full((40, 50, 3), 255, np.uint8)
    image[10, 20, 1] = 253
    assert content_box(image) == Box(10, 20, 11, 21)


def test_a_photograph_is_seen_whole() -> None:
    image = np.random.default_rng(7).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    assert content_box(image) == Box(0, 0, 40, 50)


@pytest.mark.parametrize(
    ("size", "content", "window"),
    [
        ((800, 640), Box(300, 200, 340, 420), Box(224, 128, 416, 512)),
        ((1600, 1280), Box(600, 400, 680, 840), Box(288, 160, 480, 576)),  # detected at 960 × 768
        ((800, 640), Box(0, 1, 40, 640), Box(0, 0, 128, 640)),
        ((800, 640), Box(700, 600, 800, 640), Box(608, 512, 800, 640)),
        ((70, 640), Box(0, 10, 70, 60), Box(0, 0, 96, 128)),  # a strip, padded below
    ],
)
def test_the_window_leaves_64_pixels_at_multiples_of_32(size: tuple[int, int], content: Box, window: Box) -> None:
    image = margined(*size, content, (255, 255, 255))
    geometry = DetectionGeometry.of(image, LIMIT, MAX_SIDE).without_margins(image)
    assert geometry is not None
    assert geometry.window == window
    assert geometry.shape == (3, window.bottom - window.top, window.right - window.left)


def test_less_than_a_tenth_is_not_left_out() -> None:
    image = margined(640, 960, Box(64, 0, 640, 960))
    geometry = DetectionGeometry.of(image, LIMIT, MAX_SIDE)
    assert geometry.without_margins(image) is geometry


@pytest.mark.parametrize("size", [(800, 640), (1600, 1280), (70, 640)])
def test_the_detector_sees_a_part_of_what_it_saw(size: tuple[int, int]) -> None:
    image = np.full((*size, 3), 200, np.uint8)
    image[20:50, 300:400] = np.random.default_rng(7).integers(0, 256, (30, 100, 3))
    whole = DetectionGeometry.of(image, LIMIT, MAX_SIDE)
    part = whole.without_margins(image)
    assert part is not None
    assert part.window is not None
    top, left, bottom, right = part.window
    seen = detection_tensor(image, whole, PLAIN)[:, :, top:bottom, left:right]
    one_level = 1.01 / 255  # OpenCV resizes a part a little more coarsely than the whole
    np.testing.assert_allclose(detection_tensor(image, part, PLAIN), seen, atol=one_level)


def test_quads_lie_where_they_lay() -> None:
    image = margined(1600, 1280, Box(600, 400, 680, 840))
    whole = DetectionGeometry.of(image, LIMIT, MAX_SIDE)
    part = whole.without_margins(image)
    assert part is not None
    assert part.window is not None
    probability = np.zeros(whole.shape[1:], np.float32)
    probability[362:406, 245:500] = 0.9
    top, left, bottom, right = part.window
    (expected,) = decode_quads(probability, whole, DECODING)
    (found,) = decode_quads(np.ascontiguousarray(probability[top:bottom, left:right]), part, DECODING)
    np.testing.assert_array_equal(found.points, expected.points)


def test_nothing_is_seen_of_a_page_without_anything() -> None:
    image = np.full((800, 640, 3), 255, np.uint8)
    assert DetectionGeometry.of(image, LIMIT, MAX_SIDE).without_margins(image) is None
