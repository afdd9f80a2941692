import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.detection import SideLimit, detection_size, prepare_detection
from ocr_ops.tensors import Normalisation

PLAIN = Normalisation((0.0,) * 3, (1.0,) * 3)


@pytest.mark.parametrize(
    ("size", "limit", "expected"),
    [
        ((960, 1280), SideLimit(960, "max"), (704, 960)),
        ((480, 640), SideLimit(960, "max"), (480, 640)),
        ((100, 300), SideLimit(736, "min"), (736, 2208)),
        ((1000, 2000), SideLimit(736, "min"), (992, 1984)),
        ((3000, 9000), SideLimit(736, "min"), (1344, 4000)),
        ((1, 20_000), SideLimit(736, "min"), (32, 4000)),
        ((1, 1), SideLimit(960, "max"), (32, 32)),
    ],
)
def test_sizes_follow_paddleocr(size: tuple[int, int], limit: SideLimit, expected: tuple[int, int]) -> None:
    assert detection_size(*size, limit) == expected


@given(
    height=st.integers(1, 100_000),
    width=st.integers(1, 100_000),
    length=st.integers(1, 5000),
    max_side=st.integers(32, 5000),
)
def test_sides_are_multiples_of_32_within_the_cap(height: int, width: int, length: int, max_side: int) -> None:
    for limit in (SideLimit(length, "max"), SideLimit(length, "min")):
        for side in detection_size(height, width, limit, max_side):
            assert side % 32 == 0
            assert 32 <= side <= max_side


def test_the_scale_leads_back_to_the_image() -> None:
    source = prepare_detection(np.zeros((100, 300, 3), np.uint8), SideLimit(736, "min"), PLAIN)
    assert source.tensor.shape == (1, 3, 736, 2208)
    assert (source.width, source.height) == (300, 100)
    assert source.scale_x * 2208 == pytest.approx(300)
    assert source.scale_y * 736 == pytest.approx(100)


def test_a_tiny_image_is_padded_with_black_and_not_stretched() -> None:
    source = prepare_detection(np.full((11, 40, 3), 255, np.uint8), SideLimit(960, "max"), PLAIN)
    assert source.tensor.shape == (1, 3, 32, 32)
    assert (source.width, source.height) == (40, 11)
    assert source.scale_y == 1
    assert (source.tensor[0, :, :11] == 1).all()
    assert (source.tensor[0, :, 11:] == 0).all()


def test_an_image_already_of_the_right_size_is_not_resampled() -> None:
    image = np.random.default_rng(7).integers(0, 256, (64, 96, 3), dtype=np.uint8)
    source = prepare_detection(image, SideLimit(960, "max"), PLAIN)
    np.testing.assert_allclose(source.tensor[0].transpose(1, 2, 0), image / 255, rtol=1e-6)
