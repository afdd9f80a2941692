import numpy as np
import pytest

from ocr_ops.classification import classification_tensor
from ocr_ops.tensors import Normalisation

HALF = Normalisation((0.5,) * 3, (0.5,) * 3)


@pytest.mark.parametrize(
    ("size", "width"), [((48, 100), 100), ((24, 60), 120), ((10, 200), 192), ((100, 1), 1), ((30, 41), 66)]
)
def test_a_crop_keeps_its_aspect_ratio_and_zeros_fill_the_right(size: tuple[int, int], width: int) -> None:
    tensor = classification_tensor([np.full((*size, 3), 255, np.uint8)], 48, 192, HALF)
    assert tensor.shape == (1, 3, 48, 192)
    assert tensor.dtype == np.float32
    assert (tensor[0, :, :, :width] == 1).all()
    assert (tensor[0, :, :, width:] == 0).all()


def test_of_a_crop_longer_than_three_inputs_the_middle_is_seen() -> None:
    crop = np.zeros((48, 1000, 3), np.uint8)
    crop[:, 212 : 212 + 576] = 255
    assert (classification_tensor([crop], 48, 192, HALF) == 1).all()


def test_a_crop_looks_the_same_whatever_it_is_batched_with() -> None:
    rng = np.random.default_rng(9)
    crops = [rng.integers(0, 256, (20, width, 3), dtype=np.uint8) for width in (40, 37, 390)]
    together = classification_tensor(crops, 48, 192, HALF)
    for row, crop in zip(together, crops, strict=True):
        np.testing.assert_array_equal(row, classification_tensor([crop], 48, 192, HALF)[0])
