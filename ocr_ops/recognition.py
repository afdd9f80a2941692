"""The recogniser's input: crops of one height, batched with others of about their width.

The recogniser's time and memory are proportional to the padded width, so a crop is padded to its own bucket only.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ocr_ops.arrays import Floats, Image, as_image
from ocr_ops.tensors import Normalisation


@dataclass(frozen=True)
class WidthBuckets:
    """The widths, in pixels, to which crops are padded: multiples of `step` from `min_width` to `max_width`."""

    step: int
    min_width: int
    max_width: int

    def bucket(self, width: int) -> int:
        """The smallest multiple of `step` that holds `width`, within the limits (rounded up to `step` themselves)."""
        return self._to_step(min(max(width, self.min_width), self.max_width))

    @property
    def widest(self) -> int:
        """The largest bucket: the `max_width` to give to `crop_width`."""
        return self._to_step(self.max_width)

    def _to_step(self, width: int) -> int:
        return -(-width // self.step) * self.step


@dataclass(frozen=True)
class CropBatch:
    """Crops, by their index, that the recogniser reads at once, and the width they are padded to."""

    bucket: int
    indices: tuple[int, ...]


def crop_width(crop_height: int, crop_width: int, height: int, max_width: int) -> int:
    """The width, 1 to `max_width`, at which a crop keeps its aspect ratio in an input of `height` pixels."""
    return min(max(1, -(-height * crop_width // crop_height)), max_width)


def batch_by_bucket(widths: Sequence[int], buckets: WidthBuckets, batch_pixels: int, height: int) -> list[CropBatch]:
    """Batches that hold every crop once, larger buckets first.

    widths: of the crops at the input's height, as from `crop_width`.
    batch_pixels: a batch has at most this many pixels, padding included, unless it is a single crop.

    Which bucket a crop is in depends on its own width only, so its text does not depend on its neighbours.
    """
    members: defaultdict[int, list[int]] = defaultdict(list)
    for index, width in enumerate(widths):
        members[buckets.bucket(width)].append(index)
    batches = []
    for bucket, indices in sorted(members.items(), reverse=True):
        size = max(1, batch_pixels // (bucket * height))
        batches += [CropBatch(bucket, tuple(indices[start : start + size])) for start in range(0, len(indices), size)]
    return batches


def recognition_tensor(crops: Sequence[Image], batch: CropBatch, height: int, normalisation: Normalisation) -> Floats:
    """The input for a batch: float32, shape (crops in the batch, 3, height, bucket).

    crops: all crops, of which the batch gives the indices; uint8, shape (height, width, 3).

    Each crop has the width that `crop_width` gives it, at most the bucket's; zeros fill the right.
    """
    tensor = np.zeros((len(batch.indices), 3, height, batch.bucket), np.float32)
    for row, index in zip(tensor, batch.indices, strict=True):
        crop = crops[index]
        width = crop_width(crop.shape[0], crop.shape[1], height, batch.bucket)
        normalisation.write(as_image(cv2.resize(crop, (width, height))), row[:, :, :width])
    return tensor
