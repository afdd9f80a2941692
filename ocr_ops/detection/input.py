"""The detector's input: at which size it sees an image, and how to get back from there."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from ocr_ops.arrays import Floats, Image, as_image
from ocr_ops.tensors import Normalisation

# The detector halves its input five times.
_STRIDE = 32
# PaddleOCR pads an image whose width and height together are less than this, instead of stretching it.
_TINY = 64
# Longest side of the input in PaddleOCR 3 (`max_side_limit`).
_MAX_SIDE = 4000


@dataclass(frozen=True)
class SideLimit:
    """Which side of an image the detector's input limits, in pixels.

    type: "max" shrinks an image until its longest side is at most `length`, "min" enlarges it until its shortest side
    is at least `length`. Neither does the opposite.
    """

    length: int
    type: Literal["max", "min"]


@dataclass(frozen=True, eq=False)
class DetectionInput:
    """An image as the detector sees it.

    tensor: float32, shape (1, 3, height, width).
    scale_x, scale_y: image pixels for one pixel of the tensor.
    width, height: of the image, in pixels.
    """

    tensor: Floats
    scale_x: float
    scale_y: float
    width: int
    height: int


def prepare_detection(
    image: Image, limit: SideLimit, normalisation: Normalisation, max_side: int = _MAX_SIDE
) -> DetectionInput:
    """The input for an image: uint8, shape (height, width, 3)."""
    height, width = image.shape[:2]
    if height + width < _TINY:
        # Added on the right and below, so positions stay what they are.
        below, right = max(0, _STRIDE - height), max(0, _STRIDE - width)
        image = as_image(cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_CONSTANT))
    size = detection_size(image.shape[0], image.shape[1], limit, max_side)
    return DetectionInput(
        tensor=detection_tensor(image, size, normalisation),
        scale_x=image.shape[1] / size[1],
        scale_y=image.shape[0] / size[0],
        width=width,
        height=height,
    )


def detection_size(height: int, width: int, limit: SideLimit, max_side: int = _MAX_SIDE) -> tuple[int, int]:
    """Height and width of the input for an image of `height` by `width` pixels, by PaddleOCR's rule.

    Both are multiples of 32, at least 32. No side is longer than `max_side`, which applies after `limit`, so a long
    thin image cannot take any amount of memory.
    """
    longest, shortest = max(height, width), min(height, width)
    scale = min(1.0, limit.length / longest) if limit.type == "max" else max(1.0, limit.length / shortest)
    scale = min(scale, max_side / longest)
    return _to_stride(height * scale, max_side), _to_stride(width * scale, max_side)


def _to_stride(side: float, max_side: int) -> int:
    nearest = round(int(side) / _STRIDE) * _STRIDE
    return max(_STRIDE, min(nearest, max_side // _STRIDE * _STRIDE))


def detection_tensor(image: Image, size: tuple[int, int], normalisation: Normalisation) -> Floats:
    """The image at `size` (height, width): float32, shape (1, 3, height, width)."""
    height, width = size
    if image.shape[:2] != size:
        image = as_image(cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR))
    tensor = np.empty((1, 3, height, width), np.float32)
    normalisation.write(image, tensor[0])
    return tensor
