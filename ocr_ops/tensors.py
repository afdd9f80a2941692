"""From pixels to the numbers that a model takes."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from ocr_ops.arrays import Floats, Image


@dataclass(frozen=True)
class Normalisation:
    """Mean and standard deviation of each channel, in BGR order, for pixels scaled to 0..1.

    PP-OCR detection uses those of ImageNet, as if its BGR channels were RGB: mean (0.485, 0.456, 0.406) and
    std (0.229, 0.224, 0.225). Classification and recognition use 0.5 throughout.
    """

    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    def write(self, image: Image, out: Floats) -> None:
        """Writes `(image / 255 - mean) / std` to `out`, one plane a channel.

        image: uint8, shape (height, width, 3).
        out: float32, shape (3, height, width), for example a part of a larger tensor.
        """
        for channel, table in enumerate(self._tables):
            # A pixel has 256 values, so looking the result up is the fastest way to compute it.
            cv2.LUT(cv2.extractChannel(image, channel), table, dst=out[channel])

    @cached_property
    def _tables(self) -> tuple[Floats, ...]:
        levels = np.arange(256) / 255
        return tuple(((levels - mean) / std).astype(np.float32) for mean, std in zip(self.mean, self.std, strict=True))


def sigmoid(logits: Floats) -> Floats:
    """The probabilities that logits stand for, in an array of their own; float32 of any shape."""
    probabilities = np.negative(logits)
    with np.errstate(over="ignore"):  # of a logit below -88, whose probability is 0
        np.exp(probabilities, out=probabilities)
    probabilities += 1
    return np.reciprocal(probabilities, out=probabilities)
