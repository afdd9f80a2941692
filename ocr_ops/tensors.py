"""Tensors of pixels for a model, and probabilities of its logits."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from ocr_ops.arrays import Floats, Image, as_image
from ocr_ops.crop import crop_width


@dataclass(frozen=True)
class Normalisation:
    """The normalisation of a model's input.

    PP-OCR's detectors use the values of ImageNet, and apply them to BGR channels as if these were RGB: mean
    (0.485, 0.456, 0.406) and std (0.229, 0.224, 0.225). Classifiers and recognisers use 0.5 throughout.

    Attributes:
        mean: the mean of each channel, in BGR order, for pixels scaled to 0..1.
        std: the standard deviation of each channel, in the same order and scale.
    """

    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    def write(self, image: Image, out: Floats) -> None:
        """Write `(image / 255 - mean) / std` to `out`, one plane a channel.

        Args:
            image: uint8, shape (height, width, 3).
            out: float32, shape (3, height, width), for example a part of a larger tensor.
        """
        for channel, table in enumerate(self._tables):
            # A pixel has one of 256 values, so a table is the fastest way to compute the result.
            cv2.LUT(cv2.extractChannel(image, channel), table, dst=out[channel])

    @cached_property
    def _tables(self) -> tuple[Floats, ...]:
        levels = np.arange(256) / 255
        return tuple(((levels - mean) / std).astype(np.float32) for mean, std in zip(self.mean, self.std, strict=True))


def tensor_of_crops(crops: Sequence[Image], height: int, width: int, normalisation: Normalisation) -> Floats:
    """A tensor with a row for each crop, at the left of it.

    A crop has the width that `crop_width` gives it, and zeros fill the right. So how it looks does not depend on the
    other crops.

    Args:
        crops: uint8, shape (height, width, 3) each.
        height: the tensor's height, in pixels.
        width: the tensor's width, in pixels; a crop that would be wider is squeezed.
        normalisation: the model's.

    Returns:
        float32, shape (crops, 3, height, width).
    """
    tensor = np.zeros((len(crops), 3, height, width), np.float32)
    for row, crop in zip(tensor, crops, strict=True):
        own_width = crop_width(crop, height, width)
        normalisation.write(as_image(cv2.resize(crop, (own_width, height))), row[:, :, :own_width])
    return tensor


def sigmoid(logits: Floats) -> Floats:
    """The probabilities that logits stand for.

    Args:
        logits: float32, any shape; they are left as they are.

    Returns:
        float32, the same shape, values 0 to 1.
    """
    probabilities = np.negative(logits)
    with np.errstate(over="ignore"):  # a logit below -88, whose probability is 0
        np.exp(probabilities, out=probabilities)
    probabilities += 1
    return np.reciprocal(probabilities, out=probabilities)
