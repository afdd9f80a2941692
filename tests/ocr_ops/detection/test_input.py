from dataclasses import replace

import cv2
import numpy as np
import pytest

from ocr_ops.detection import DetectionGeometry, SideLimit, detection_tensor
from ocr_ops.detection.margins import Box
from ocr_ops.tensors import Normalisation

# PaddleOCR's (`max_side_limit`).
MAX_SIDE = 4000
PLAIN = Normalisation((0.0,) * 3, (1.0,) * 3)


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


@pytest.mark.parametrize("scale", [0.3, 0.77, 1.0, 1.6])
@pytest.mark.parametrize("window", [Box(0, 0, 64, 96), Box(32, 64, 160, 128), Box(32, 0, 128, 320)])
def test_a_window_shows_the_part_of_the_image_resized(scale: float, window: Box) -> None:
    image = np.random.default_rng(7).integers(0, 256, (200, 300, 3), dtype=np.uint8)
    image = np.asarray(cv2.GaussianBlur(image, (5, 5), 2), np.uint8)
    whole = DetectionGeometry.at_scale(image, scale)
    height, width = whole.size
    resized = cv2.resize(image, (width, height))[window.top : window.bottom, window.left : window.right]
    seen = detection_tensor(image, replace(whole, window=window), PLAIN)[0].transpose(1, 2, 0) * 255
    rows, columns = resized.shape[:2]
    assert np.abs(seen[:rows, :columns] - resized).max(initial=0) <= 1.01  # levels
    assert not seen[rows:].any()
    assert not seen[:, columns:].any()


@pytest.mark.parametrize("scale", [0.5, 1.0, 1.6])
@pytest.mark.parametrize("window", [None, Box(32, 0, 96, 128)])
def test_an_image_is_turned_before_it_is_resized(scale: float, window: Box | None) -> None:
    image = np.random.default_rng(7).integers(0, 256, (200, 300, 3), dtype=np.uint8)
    image = np.asarray(cv2.GaussianBlur(image, (5, 5), 2), np.uint8)
    turned = replace(DetectionGeometry.at_scale(image, scale, turned=True), window=window)
    upright = replace(DetectionGeometry.at_scale(np.rot90(image), scale), window=window)
    assert turned.shape == upright.shape
    expected = detection_tensor(np.ascontiguousarray(np.rot90(image)), upright, PLAIN)
    np.testing.assert_allclose(detection_tensor(image, turned, PLAIN), expected, atol=1.01 / 255)
