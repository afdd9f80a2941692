import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.detection import DetectionGeometry, SideLimit, detection_size, detection_tensor
from ocr_ops.tensors import Normalisation

# PaddleOCR's (`max_side_limit`).
MAX_SIDE = 4000
PLAIN = Normalisation((0.0,) * 3, (1.0,) * 3)


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


@pytest.mark.parametrize("size", [(54, 200), (200, 54)])
def test_a_strip_is_padded_with_black_on_the_right_and_below(size: tuple[int, int]) -> None:
    image = np.full((*size, 3), 255, np.uint8)
    geometry = DetectionGeometry.of(image, SideLimit(960, "max"), MAX_SIDE)
    tensor = detection_tensor(image, geometry, PLAIN)
    assert tensor.shape == (1, *geometry.shape) == (1, 3, *(side + -side % 32 for side in size))
    assert (geometry.height, geometry.width) == size
    assert geometry.scale_x == geometry.scale_y == 1
    assert (tensor[0, :, : size[0], : size[1]] == 1).all()
    assert tensor.sum() == 3 * size[0] * size[1]


def test_an_image_already_of_the_right_size_is_not_resampled() -> None:
    image = np.random.default_rng(7).integers(0, 256, (64, 96, 3), dtype=np.uint8)
    tensor = detection_tensor(image, DetectionGeometry.of(image, SideLimit(960, "max"), MAX_SIDE), PLAIN)
    np.testing.assert_allclose(tensor[0].transpose(1, 2, 0), image / 255, rtol=1e-6)
