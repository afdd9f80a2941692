"""The arrays that the stages pass to each other."""

from typing import TypeAlias, cast

import cv2
import numpy as np
from numpy.typing import NDArray

Image: TypeAlias = NDArray[np.uint8]
"""Pixels, shape (height, width, 3), in BGR order."""

Floats: TypeAlias = NDArray[np.float32]
"""A model's input or output, or positions in an image."""


def as_image(array: cv2.typing.MatLike) -> Image:
    """The array itself, of the type that OpenCV's annotations do not give it: uint8 in gives uint8 out."""
    return cast(Image, array)
