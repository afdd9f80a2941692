"""The detector's input: at which size it sees an image, and how to get back from there."""

import math
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np

from ocr_ops.arrays import Floats, Image, as_image
from ocr_ops.detection.margins import Box, content_box
from ocr_ops.tensors import Normalisation

# The detector halves its input five times.
_STRIDE = 32
# A picture whose short side is less than this at the detector is padded to the stride: rounding could halve a line.
_FLAT = 96
# A short side is not shrunk below this, two lines of text, …
_LEAST_SHRUNK = 64
# … and one below this is enlarged to it (`min_side_len` of RapidOCR is 30).
_LEAST = 32
# Pixels of a margin that are left around what is in a picture. With 32, boxes get a pixel or two lower, and PP-OCRv4
# leaves out more blanks between words: of 357 drawn lines it read 220 exactly, with 64 it was 232, with all of it 231.
_MARGIN = 64
# Share of the input that leaving margins out must save: each size of input costs a model time and memory of its own.
_WORTH_LEAVING = 0.1


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
    window: the part of it that the detector sees then, its sides multiples of 32; None: all.
    """

    height: int
    width: int
    size: tuple[int, int]
    window: Box | None = None

    @classmethod
    def of(cls, image: Image, limit: SideLimit, max_side: int) -> "DetectionGeometry":
        """That of an image: uint8, shape (height, width, 3)."""
        height, width = image.shape[:2]
        return cls(height, width, detection_size(height, width, limit, max_side))

    def without_margins(self, image: Image) -> "DetectionGeometry | None":
        """The same without wide margins of one colour, so text is seen as before; None if there is nothing else.

        image: that of this geometry, uint8, shape (height, width, 3).
        """
        content = content_box(image)
        if content is None:
            return None
        _, height, width = self.shape
        top, bottom = _seen(content.top / self.scale_y, content.bottom / self.scale_y, height)
        left, right = _seen(content.left / self.scale_x, content.right / self.scale_x, width)
        saved = 1 - (bottom - top) * (right - left) / (height * width)
        return self if saved < _WORTH_LEAVING else replace(self, window=Box(top, left, bottom, right))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of the tensor: (3, height, width), multiples of 32: the image or its window, black beside and below it."""
        if self.window is not None:
            return 3, self.window.bottom - self.window.top, self.window.right - self.window.left
        height, width = self.size
        return 3, height + -height % _STRIDE, width + -width % _STRIDE

    @property
    def offset(self) -> tuple[int, int]:
        """Where the tensor's top left is in the resized image: x and y in pixels."""
        return (0, 0) if self.window is None else (self.window.left, self.window.top)

    @property
    def scale_x(self) -> float:
        """Image pixels for one pixel of the tensor."""
        return self.width / self.size[1]

    @property
    def scale_y(self) -> float:
        """The same from top to bottom."""
        return self.height / self.size[0]


def detection_size(height: int, width: int, limit: SideLimit, max_side: int) -> tuple[int, int]:
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


def _seen(start: float, end: float, most: int) -> tuple[int, int]:
    """From where to where an input of `most` pixels is seen for what is between `start` and `end`.

    At multiples of the stride, so that a pixel's place among those that the detector merges is what it was.
    """
    first = (math.floor(start) - _MARGIN) // _STRIDE * _STRIDE
    last = math.ceil((math.ceil(end) + _MARGIN) / _STRIDE) * _STRIDE
    return max(0, first), min(last, most)


def detection_tensor(image: Image, geometry: DetectionGeometry, normalisation: Normalisation) -> Floats:
    """The detector's input for an image: float32, shape (1, 3, height, width) as its geometry says."""
    height, width = geometry.size
    if image.shape[:2] != geometry.size:
        image = as_image(cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR))
    tensor = np.empty((1, *geometry.shape), np.float32)
    _, padded_height, padded_width = geometry.shape
    left, top = geometry.offset
    image = image[top : top + padded_height, left : left + padded_width]
    below, right = padded_height - image.shape[0], padded_width - image.shape[1]
    if below or right:
        # On the right and below, so positions stay what they are.
        image = as_image(cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_CONSTANT))
    normalisation.write(image, tensor[0])
    return tensor
