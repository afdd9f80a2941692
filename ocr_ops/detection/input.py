"""The detector's input: at which size it sees an image, and how to get back from there."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from ocr_ops.arrays import Floats, Image, as_image
from ocr_ops.tensors import Normalisation

# The detector halves its input five times.
_STRIDE = 32
# A picture whose short side is less than this at the detector is padded to the stride: rounding could halve a line.
_FLAT = 96
# A short side is not shrunk below this, two lines of text, …
_LEAST_SHRUNK = 64
# … and one below this is enlarged to it (`min_side_len` of RapidOCR is 30).
_LEAST = 32
# Longest side of the input in PaddleOCR 3 (`max_side_limit`).
_MAX_SIDE = 4000


@dataclass(frozen=True)
class SideLimit:
    """Which side of an image the detector's input limits, in pixels.

    type: "max" shrinks an image until its longest side is at most `length`, "min" enlarges it until its shortest side
    is at least `length`. Neither does the opposite, but for flat and narrow images: see `detection_size`.
    """

    length: int
    type: Literal["max", "min"]


@dataclass(frozen=True, slots=True)
class DetectionGeometry:
    """How the detector sees an image.

    height, width: of the image, in pixels.
    size: height and width to which it is resized.
    """

    height: int
    width: int
    size: tuple[int, int]

    @classmethod
    def of(cls, image: Image, limit: SideLimit, max_side: int = _MAX_SIDE) -> "DetectionGeometry":
        """That of an image: uint8, shape (height, width, 3)."""
        height, width = image.shape[:2]
        return cls(height, width, detection_size(height, width, limit, max_side))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of the tensor: (3, height, width), multiples of 32: the image is at its top left, and black beside it."""
        height, width = self.size
        return 3, height + -height % _STRIDE, width + -width % _STRIDE

    @property
    def scale_x(self) -> float:
        """Image pixels for one pixel of the tensor."""
        return self.width / self.size[1]

    @property
    def scale_y(self) -> float:
        """The same from top to bottom."""
        return self.height / self.size[0]


def detection_size(height: int, width: int, limit: SideLimit, max_side: int = _MAX_SIDE) -> tuple[int, int]:
    """Height and width at which the detector sees an image of `height` by `width` pixels.

    Both are rounded to the nearest multiple of 32, at least 32, by PaddleOCR's rule (`DetResizeForTest`). An image of
    a line or two, whose short side would be less than 96, keeps its size and is padded instead, as in RapidOCR's
    letterbox: 44 pixels squashed to 32 are no text to the detector. Nor is such a side shrunk below 64, whatever
    `limit` says of the long one, and a side below 32 is enlarged to 32.

    No side, padded, is longer than `max_side`, which applies after `limit`, so a long thin image cannot take any
    amount of memory. What meets it becomes narrower, not lower, as long as its short side is one of those above: the
    detector reads narrow characters better than low ones.
    """
    longest, shortest = max(height, width), min(height, width)
    scale = min(1.0, limit.length / longest) if limit.type == "max" else max(1.0, limit.length / shortest)
    least = max(min(1.0, _LEAST_SHRUNK / shortest), _LEAST / shortest)
    along = min(max(scale, least), max_side / longest)
    across = max(along, least)
    sides = (height * across, width * along) if height < width else (height * along, width * across)
    most = max_side // _STRIDE * _STRIDE
    if shortest * across < _FLAT:
        return _between(sides[0], most), _between(sides[1], most)
    return _between(_nearest_stride(sides[0]), most), _between(_nearest_stride(sides[1]), most)


def _nearest_stride(side: float) -> float:
    return max(_STRIDE, round(int(side) / _STRIDE) * _STRIDE)


def _between(side: float, most: int) -> int:
    return max(1, min(round(side), most))


def detection_tensor(image: Image, geometry: DetectionGeometry, normalisation: Normalisation) -> Floats:
    """The detector's input for an image: float32, shape (1, 3, height, width) as its geometry says."""
    height, width = geometry.size
    if image.shape[:2] != geometry.size:
        image = as_image(cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR))
    tensor = np.empty((1, *geometry.shape), np.float32)
    _, padded_height, padded_width = geometry.shape
    below, right = padded_height - height, padded_width - width
    if below or right:
        # On the right and below, so positions stay what they are.
        image = as_image(cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_CONSTANT))
    normalisation.write(image, tensor[0])
    return tensor
