"""The recogniser's input: crops of one height, batched with others of about the same width.

The recogniser's time and memory are proportional to the padded width, so a crop is padded to its own bucket only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ocr_ops.arrays import Floats, Image
from ocr_ops.tensors import Normalisation, tensor_of_crops


@dataclass(frozen=True)
class WidthBuckets:
    """The widths to which crops are padded: multiples of a step.

    Attributes:
        step: the step from bucket to bucket, in pixels.
        min_width: the least width, in pixels; it is rounded up to the step.
        max_width: the largest width, in pixels; it is rounded up to the step.
    """

    step: int
    min_width: int
    max_width: int

    def bucket(self, width: int) -> int:
        """The smallest bucket that holds a width, in pixels; the largest one for any that is wider."""
        return self._to_step(min(max(width, self.min_width), self.max_width))

    @property
    def widest(self) -> int:
        """The largest bucket, in pixels: the `max_width` to give to `cut` and `crop_width`."""
        return self._to_step(self.max_width)

    def _to_step(self, width: int) -> int:
        return -(-width // self.step) * self.step


def recognition_tensor(crops: Sequence[Image], bucket: int, height: int, normalisation: Normalisation) -> Floats:
    """The recogniser's input for crops of one bucket.

    Each crop has the width that `crop_width` gives it, at most the bucket's; zeros fill the right. So how it looks, and
    its text, does not depend on the other crops.

    Args:
        crops: uint8, shape (height, width, 3) each.
        bucket: the input's width, in pixels.
        height: the input's height, in pixels.
        normalisation: the model's.

    Returns:
        float32, shape (crops, 3, height, bucket).
    """
    return tensor_of_crops(crops, height, bucket, normalisation)
