"""How the detector sees an image: the size, the window, and the way back to the image's pixels."""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ocr_ops.arrays import Floats, Image
from ocr_ops.detection.margins import Box, content_box

STRIDE = 32
"""The detector halves its input five times, so the sides of an input are multiples of this."""

# An input whose short side is less than this is padded to the stride: rounding it could halve a line's height.
_FLAT = 96
# A short side is not shrunk below this, two lines of text, …
_LEAST_SHRUNK = 64
# … and one below this is enlarged to it (`min_side_len` of RapidOCR is 30).
_LEAST = 32
# Pixels of a margin that are kept around the content. With 32, boxes get a pixel or two lower, and PP-OCRv4 leaves out
# more blanks between words: of 357 drawn lines it read 220 exactly. With 64 it read 232, with the whole margin 231.
_MARGIN = 64
# The share of the input that leaving margins out must save: each size of input costs a model time and memory.
_WORTH_LEAVING = 0.1


@dataclass(frozen=True)
class SideLimit:
    """How a side of an image limits the size of the detector's input.

    Attributes:
        length: the limit, in pixels.
        type: "max" shrinks an image until its longest side is at most `length`; "min" enlarges it until its shortest
            side is at least `length`. Neither does the opposite, but for images of a line or two: see `detection_size`.
    """

    length: int
    type: Literal["max", "min"]


@dataclass(frozen=True, slots=True)
class DetectionGeometry:
    """How the detector sees an image.

    Attributes:
        height: the image's height, in pixels.
        width: the image's width, in pixels.
        size: the height and width to which the image is resized, after it is turned.
        window: the part of the resized image that the detector sees, its sides multiples of 32; None for all of it.
        turned: whether the image is turned counter-clockwise by 90 degrees: its right side is seen at the top.
    """

    height: int
    width: int
    size: tuple[int, int]
    window: Box | None = None
    turned: bool = False

    @classmethod
    def of(cls, image: Image, limit: SideLimit, max_side: int) -> "DetectionGeometry":
        """The geometry of an image that is seen whole.

        Args:
            image: uint8, shape (height, width, 3).
            limit: as in `detection_size`.
            max_side: as in `detection_size`.
        """
        height, width = image.shape[:2]
        return cls(height, width, detection_size(height, width, limit, max_side))

    @classmethod
    def at_scale(cls, image: Image, scale: float, *, turned: bool = False) -> "DetectionGeometry":
        """The geometry of an image of which all is seen at a scale, in pixels of the input for one of the image.

        Args:
            image: uint8, shape (height, width, 3).
            scale: above 0.
            turned: as the attribute.
        """
        height, width = image.shape[:2]
        resized = max(1, round(height * scale)), max(1, round(width * scale))
        return cls(height, width, resized[::-1] if turned else resized, turned=turned)

    def near(self, place: Box, side: int) -> "DetectionGeometry":
        """The geometry with a window of at most `side` pixels a side, a multiple of the stride, near a place.

        Args:
            place: in pixels of the image; the window begins where it does, or before that where the image ends.
            side: of the window, in pixels of the input.
        """
        _, height, width = self.shape
        top, bottom = _span_near(place.top / self.scale_y, side, height)
        left, right = _span_near(place.left / self.scale_x, side, width)
        return replace(self, window=Box(top, left, bottom, right))

    def without_margins(self, image: Image) -> "DetectionGeometry | None":
        """The geometry without the image's wide margins of one colour. What text is there is seen as before.

        Args:
            image: the image of this geometry, uint8, shape (height, width, 3).

        Returns:
            A geometry with a window, this one where that would save little, or None where the image is of one colour.
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
        """The tensor's shape without its batch: (3, height, width), the sides multiples of 32."""
        if self.window is not None:
            return 3, self.window.bottom - self.window.top, self.window.right - self.window.left
        height, width = self.size
        return 3, height + -height % STRIDE, width + -width % STRIDE

    @property
    def offset(self) -> tuple[int, int]:
        """The place of the tensor's top-left corner in the resized image: x and y, in pixels."""
        return (0, 0) if self.window is None else (self.window.left, self.window.top)

    @property
    def scale(self) -> float:
        """The pixels of the resized image for one of the image; where its sides differ in that, the lesser."""
        return min(1 / self.scale_x, 1 / self.scale_y)

    @property
    def scale_x(self) -> float:
        """How many of the image's pixels a pixel of the tensor is wide."""
        return (self.height if self.turned else self.width) / self.size[1]

    @property
    def scale_y(self) -> float:
        """How many of the image's pixels a pixel of the tensor is high."""
        return (self.width if self.turned else self.height) / self.size[0]

    def resized(self, box: Box) -> Box:
        """Where a box of the image lies in the resized image, in whole pixels."""
        top, left, bottom, right = box
        if self.turned:
            top, left, bottom, right = self.width - right, top, self.width - left, bottom
        return Box(
            math.floor(top / self.scale_y),
            math.floor(left / self.scale_x),
            math.ceil(bottom / self.scale_y),
            math.ceil(right / self.scale_x),
        )

    def in_image(self, points: Floats) -> Floats:
        """Where points of the tensor lie in the image.

        Args:
            points: float32, shape (n, 2): x and y, in pixels of the tensor.

        Returns:
            float32, shape (n, 2): x and y, in pixels of the image.
        """
        seen = (points + np.array(self.offset, np.float32)) * np.array((self.scale_x, self.scale_y), np.float32)
        return np.stack((self.width - seen[:, 1], seen[:, 0]), axis=1) if self.turned else seen


def detection_size(height: int, width: int, limit: SideLimit, max_side: int) -> tuple[int, int]:
    """The height and width, in pixels, to which an image is resized for the detector.

    Both are rounded to the nearest multiple of 32, at least 32, by PaddleOCR's rule (`DetResizeForTest`).

    An image of a line or two, whose short side would be less than 96, is not rounded but padded later, as in RapidOCR's
    letterbox: 44 pixels squashed to 32 are no text to the detector. For the same reason its short side is not shrunk
    below 64, whatever `limit` says of the long one, and is enlarged to 32 where it is less.

    `max_side` applies after `limit`, so that a long thin image cannot take any amount of memory. An image of a line or
    two that meets it becomes narrower, not lower: the detector reads narrow characters better than low ones.

    Args:
        height: the image's height, in pixels.
        width: the image's width, in pixels.
        limit: the side of the image that is limited.
        max_side: the most pixels of any side, padded to a multiple of 32; at least 32.
    """
    longest, shortest = max(height, width), min(height, width)
    scale = min(1.0, limit.length / longest) if limit.type == "max" else max(1.0, limit.length / shortest)
    least = max(min(1.0, _LEAST_SHRUNK / shortest), _LEAST / shortest)
    along = min(max(scale, least), max_side / longest)
    across = max(along, least)
    sides = (height * across, width * along) if height < width else (height * along, width * across)
    most = max_side // STRIDE * STRIDE
    if shortest * across < _FLAT:
        return _between(sides[0], most), _between(sides[1], most)
    return _between(_nearest_stride(sides[0]), most), _between(_nearest_stride(sides[1]), most)


def _nearest_stride(side: float) -> float:
    return max(STRIDE, round(int(side) / STRIDE) * STRIDE)


def _between(side: float, most: int) -> int:
    return max(1, min(round(side), most))


def _span_near(start: float, length: int, most: int) -> tuple[int, int]:
    first = min(math.floor(start) // STRIDE * STRIDE, max(0, most - length))
    return first, min(first + length, most)


def _seen(start: float, end: float, most: int) -> tuple[int, int]:
    """The first pixel that is seen of an input of `most` pixels with content from `start` to `end`, and the end.

    Both are multiples of the stride, so that the detector merges the same pixels as it would of the whole input.
    """
    first = (math.floor(start) - _MARGIN) // STRIDE * STRIDE
    last = math.ceil((math.ceil(end) + _MARGIN) / STRIDE) * STRIDE
    return max(0, first), min(last, most)
