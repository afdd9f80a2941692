import numpy as np
import pytest

from ocr_ops.tensors import Normalisation, sigmoid

IMAGENET = Normalisation((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def test_planes_are_scaled_then_normalised_by_channel() -> None:
    image = np.random.default_rng(5).integers(0, 256, (13, 29, 3), dtype=np.uint8)
    out = np.empty((3, 13, 29), np.float32)
    IMAGENET.write(image, out)
    expected = (image / 255 - IMAGENET.mean) / IMAGENET.std
    np.testing.assert_allclose(out, expected.transpose(2, 0, 1), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (8, 20)])
def test_a_part_of_a_larger_tensor_is_written_in_place(size: tuple[int, int]) -> None:
    height, width = size
    tensor = np.full((2, 3, 10, 40), 7, np.float32)
    Normalisation((0.5,) * 3, (0.5,) * 3).write(np.full((*size, 3), 255, np.uint8), tensor[1, :, :height, :width])
    assert (tensor[1, :, :height, :width] == 1).all()
    assert (tensor == 7).sum() == tensor.size - 3 * height * width


def test_an_image_that_is_a_view_of_another_one_is_read_correctly() -> None:
    image = np.random.default_rng(6).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    part, copy = np.empty((2, 3, 10, 10), np.float32)
    IMAGENET.write(image[5:15, 10:20], part)
    IMAGENET.write(image[5:15, 10:20].copy(), copy)
    np.testing.assert_array_equal(part, copy)


def test_the_sigmoid_is_that_of_each_logit_and_defined_for_all() -> None:
    logits = np.array([[-1e30, -100, -2, 0], [0.5, 3, 100, 1e30]], np.float32)
    kept = logits.copy()
    expected = [[0, 0, 0.1192029, 0.5], [0.6224593, 0.9525741, 1, 1]]
    assert sigmoid(logits) == pytest.approx(np.array(expected), abs=1e-6)
    assert (logits == kept).all()
