import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.recognition import CropBatch, WidthBuckets, batch_by_bucket, crop_width, recognition_tensor
from ocr_ops.tensors import Normalisation

HALF = Normalisation((0.5,) * 3, (0.5,) * 3)


@pytest.mark.parametrize(
    ("height", "width", "expected"), [(48, 320, 320), (24, 100, 200), (30, 41, 66), (500, 1, 1), (10, 9000, 3200)]
)
def test_widths_keep_the_aspect_ratio_rounded_up(height: int, width: int, expected: int) -> None:
    assert crop_width(height, width, 48, 3200) == expected


@pytest.mark.parametrize(("width", "bucket"), [(1, 192), (192, 192), (193, 224), (224, 224), (990, 992), (5000, 1024)])
def test_a_bucket_is_the_next_multiple_of_the_step_within_the_limits(width: int, bucket: int) -> None:
    assert WidthBuckets(32, 180, 1000).bucket(width) == bucket


def test_the_widest_bucket_is_the_limit_rounded_up() -> None:
    assert WidthBuckets(32, 180, 1000).widest == 1024


def test_larger_buckets_come_first_and_batches_keep_to_the_budget() -> None:
    batches = batch_by_bucket([100, 500, 90, 100, 101], WidthBuckets(100, 100, 1000), 2 * 100 * 48, 48)
    assert batches == [CropBatch(500, (1,)), CropBatch(200, (4,)), CropBatch(100, (0, 2)), CropBatch(100, (3,))]


@given(
    widths=st.lists(st.integers(1, 5000), max_size=60),
    step=st.integers(1, 400),
    min_width=st.integers(1, 600),
    max_width=st.integers(600, 4000),
    batch_pixels=st.integers(1, 10_000_000),
)
def test_batches_hold_every_crop_once_with_its_like_and_within_the_budget(
    widths: list[int], step: int, min_width: int, max_width: int, batch_pixels: int
) -> None:
    buckets = WidthBuckets(step, min_width, max_width)
    batches = batch_by_bucket(widths, buckets, batch_pixels, 48)
    assert sorted(index for batch in batches for index in batch.indices) == list(range(len(widths)))
    assert [batch.bucket for batch in batches] == sorted((batch.bucket for batch in batches), reverse=True)
    for batch in batches:
        assert batch.bucket % step == 0
        assert batch.bucket <= buckets.widest
        assert {buckets.bucket(widths[index]) for index in batch.indices} == {batch.bucket}
        assert len(batch.indices) == 1 or len(batch.indices) * batch.bucket * 48 <= batch_pixels


def test_crops_stand_at_the_left_and_zeros_fill_the_right() -> None:
    crops = [np.full((24, width, 3), 255, np.uint8) for width in (50, 10, 30)]
    tensor = recognition_tensor(crops, CropBatch(96, (2, 0)), 48, HALF)
    assert tensor.shape == (2, 3, 48, 96)
    assert tensor.dtype == np.float32
    assert (tensor[0, :, :, :60] == 1).all()
    assert (tensor[0, :, :, 60:] == 0).all()
    assert (tensor[1] == 1).all()


def test_a_crop_looks_the_same_whatever_it_is_batched_with() -> None:
    rng = np.random.default_rng(9)
    crops = [rng.integers(0, 256, (20, width, 3), dtype=np.uint8) for width in (40, 37, 39)]
    together = recognition_tensor(crops, CropBatch(128, (0, 1, 2)), 48, HALF)
    alone = recognition_tensor(crops, CropBatch(128, (1,)), 48, HALF)
    np.testing.assert_array_equal(together[1], alone[0])
