import numpy as np
import pytest

from ocr_ops.recognition import WidthBuckets, recognition_tensor
from ocr_ops.tensors import Normalisation

HALF = Normalisation((0.5,) * 3, (0.5,) * 3)


@pytest.mark.parametrize(("width", "bucket"), [(1, 192), (192, 192), (193, 224), (224, 224), (990, 992), (5000, 1024)])
def test_a_bucket_is_the_next_multiple_of_the_step_within_the_limits(width: int, bucket: int) -> None:
    assert WidthBuckets(32, 180, 1000).bucket(width) == bucket


def test_the_widest_bucket_is_the_limit_rounded_up() -> None:
    assert WidthBuckets(32, 180, 1000).widest == 1024


def test_crops_stand_at_the_left_and_zeros_fill_the_right() -> None:
    crops = [np.full((24, width, 3), 255, np.uint8) for width in (30, 50)]
    tensor = recognition_tensor(crops, 96, 48, HALF)
    assert tensor.shape == (2, 3, 48, 96)
    assert tensor.dtype == np.float32
    assert (tensor[0, :, :, :60] == 1).all()
    assert (tensor[0, :, :, 60:] == 0).all()
    assert (tensor[1] == 1).all()


def test_a_crop_looks_the_same_whatever_it_is_batched_with() -> None:
    rng = np.random.default_rng(9)
    crops = [rng.integers(0, 256, (20, width, 3), dtype=np.uint8) for width in (40, 37, 39)]
    together = recognition_tensor(crops, 128, 48, HALF)
    alone = recognition_tensor([crops[1]], 128, 48, HALF)
    np.testing.assert_array_equal(together[1], alone[0])
