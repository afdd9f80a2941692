"""How high the text of a quad is."""

import cv2
import numpy as np

from ocr_ops.arrays import Image
from ocr_ops.crop import crop_quad, crop_size
from ocr_ops.detection.quad import Quad

# The levels between neighbours in a row that are an edge, as in `detail.py`.
_EDGE = 24
# Rows without ink between parts of one line: those of i, of accents, of 二.
_GAP = 3
# A quad is this many times as high as its text at most, if that is a line of words: 1.1 times in the median. Around
# short numbers, and around text of which the detector saw a few pixels, it is higher.
_AROUND = 1.6
# A quad that is shorter than this, in heights, may hold a dash or a dot alone, of which the ink says nothing.
_LINE = 3.0


def text_height(image: Image, quad: Quad) -> float:
    """The height of a quad that is not higher than its text calls for, in pixels of the image; at most its own.

    Args:
        image: uint8, shape (height, width, 3).
        quad: in the image.
    """
    if max(crop_size(quad.points)) < _LINE * quad.height:
        return quad.height
    ink = _highest_run(crop_quad(image, quad.points))
    return min(quad.height, _AROUND * ink) if ink else quad.height


def _highest_run(crop: Image) -> int:
    """The rows of the highest stretch of a crop that has ink, in which text is."""
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    edges = cv2.absdiff(grey[:, 1:], grey[:, :-1]) >= _EDGE
    inked = np.flatnonzero(edges.sum(axis=1) > 1)
    if not len(inked):
        return 0
    runs = np.split(inked, np.flatnonzero(np.diff(inked) > _GAP) + 1)
    return max(int(run[-1] - run[0]) + 1 for run in runs)
