"""How high the text of a quad is."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_ops.arrays import Image
from ocr_ops.crop import crop_quad, crop_size, is_narrow
from ocr_ops.detection.detail import EDGE
from ocr_ops.detection.quad import Quad

# Rows without ink between parts of one line: those of i, of accents, of 二.
_GAP = 3
# A row of text has more than this part of the most edges that a row has. A frame's side has one in every row.
_FEW = 0.05
# A quad is this many times as high as its text at most, if that is a line of words: 1.1 times in the median. Around
# short numbers, and around text of which the detector saw a few pixels, it is higher.
_AROUND = 1.6
# Ink that is lower than this, in pixels, is of a dash or a dot, which says nothing of the height of text; so is that of
# a quad that is shorter than so many heights, if its ink is lower than the other one.
_LEAST = 4
_SHORT, _LEAST_OF_SHORT = 3.0, 8


def text_height(image: Image, quad: Quad) -> float:
    """The height of a quad that is not higher than its text calls for, in pixels of the image.

    It is at most the quad's own, unless that may be of a narrow glyph or two, which are as high as it is long.

    Args:
        image: uint8, shape (height, width, 3).
        quad: in the image.
    """
    if is_narrow(quad.points):
        return max(crop_size(quad.points))
    ink = _longest_run(_edges(image, quad).sum(axis=1))
    short = max(crop_size(quad.points)) < _SHORT * quad.height
    return min(quad.height, _AROUND * ink) if ink >= (_LEAST_OF_SHORT if short else _LEAST) else quad.height


def _edges(image: Image, quad: Quad) -> NDArray[np.bool_]:
    """Where in a quad, laid down, neighbours in a row differ."""
    grey = cv2.cvtColor(crop_quad(image, quad.points), cv2.COLOR_BGR2GRAY)
    edges: NDArray[np.bool_] = np.asarray(cv2.absdiff(grey[:, 1:], grey[:, :-1])) >= EDGE
    return edges


def _longest_run(edges: NDArray[np.int_]) -> int:
    """The length of the longest stretch of rows or columns with ink, by the edges in each."""
    places = np.flatnonzero(edges > _FEW * edges.max(initial=0))
    if not len(places):
        return 0
    runs = np.split(places, np.flatnonzero(np.diff(places) > _GAP) + 1)
    return max(int(run[-1] - run[0]) + 1 for run in runs)
