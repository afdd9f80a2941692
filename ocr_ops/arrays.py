"""The array types that the stages pass to each other."""

from typing import TypeAlias, cast

import cv2
import numpy as np
from numpy.typing import NDArray

Image: TypeAlias = NDArray[np.uint8]
"""Pixels, shape (height, width, 3), in BGR order."""

Floats: TypeAlias = NDArray[np.float32]
"""What goes into a model, comes out of one, or gives positions in an image."""


def as_image(array: cv2.typing.MatLike) -> Image:
    """`array` itself: OpenCV's annotations do not say that uint8 in gives uint8 out."""
    return cast(Image, array)
