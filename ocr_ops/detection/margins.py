"""Where in a picture there is something: around it, scans, pages of PDFs and logos have margins of one colour."""

from typing import NamedTuple

import cv2
import numpy as np

from ocr_ops.arrays import Image

# Levels by which a pixel of a margin may differ from its colour. So two pixels of one differ by two at most, and no
# detector finds text of so little contrast: PP-OCRv6 finds some from 3 levels on dark and 4 on white, PP-OCRv4 from 5.
_NOISE = 1


class Box(NamedTuple):
    """Whole pixels; `bottom` and `right` are the first beyond it."""

    top: int
    left: int
    bottom: int
    right: int


def content_box(image: Image) -> Box | None:
    """The smallest box that all around it has the colour of the top left pixel; None if the whole image has it.

    image: uint8, shape (height, width, 3).
    """
    height, width = image.shape[:2]
    edges = image[0], image[-1], image[:, 0], image[:, -1]
    colour = image[0, 0].astype(np.int16)
    if all(np.abs(edge - colour).max() > _NOISE for edge in edges):  # the usual photograph, for little time
        return Box(0, 0, height, width)
    lowest, highest = (np.clip(colour + noise, 0, 255).astype(np.float64) for noise in (-_NOISE, _NOISE))
    mask = cv2.inRange(image, lowest, highest)
    left, top, content_width, content_height = cv2.boundingRect(cv2.bitwise_not(mask, dst=mask))
    if content_width == 0:
        return None
    return Box(top, left, top + content_height, left + content_width)
