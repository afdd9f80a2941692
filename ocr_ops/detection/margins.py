"""The margins of an image: scans, drawn pages of PDFs and logos often have wide ones of a single colour."""

from typing import NamedTuple

import cv2
import numpy as np

from ocr_ops.arrays import Image

# The levels by which a margin's pixel may differ from the margin's colour. So two of its pixels differ by two at most,
# and no detector finds text of so little contrast: PP-OCRv6 needs 3 levels on dark and 4 on white, PP-OCRv4 needs 5.
_NOISE = 1


class Box(NamedTuple):
    """A level box in whole pixels; `bottom` and `right` are the first pixels beyond it."""

    top: int
    left: int
    bottom: int
    right: int


def content_box(image: Image) -> Box | None:
    """The smallest box outside of which the image has the colour of its top-left pixel.

    Args:
        image: uint8, shape (height, width, 3).

    Returns:
        The box; None where the whole image has that colour.
    """
    height, width = image.shape[:2]
    edges = image[0], image[-1], image[:, 0], image[:, -1]
    colour = image[0, 0].astype(np.int16)
    if all(np.abs(edge - colour).max() > _NOISE for edge in edges):  # a photograph, as a rule: found out quickly
        return Box(0, 0, height, width)
    lowest, highest = (np.clip(colour + noise, 0, 255).astype(np.float64) for noise in (-_NOISE, _NOISE))
    mask = cv2.inRange(image, lowest, highest)
    left, top, content_width, content_height = cv2.boundingRect(cv2.bitwise_not(mask, dst=mask))
    if content_width == 0:
        return None
    return Box(top, left, top + content_height, left + content_width)
