"""Decoding of the detector's probability map: quads out.

After Liao et al. 2020, "Real-time Scene Text Detection with Differentiable Binarization", section 3.5; the defaults
and the order of the filters are PaddleOCR's.
"""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_ops.arrays import Floats
from ocr_ops.detection.geometry import DetectionGeometry
from ocr_ops.detection.quad import Quad
from ocr_ops.detection.rectangle import Rectangle, clockwise

Probabilities: TypeAlias = Floats | NDArray[np.uint8]
"""A probability map, shape (height, width): float32, 0 to 1, or uint8, 0 to 255."""

# A quad with a side of this many image pixels or less holds nothing that can be read (PaddleOCR's value).
_UNREADABLE_SIDE = 3


@dataclass(frozen=True, kw_only=True)
class QuadDecoding:
    """How to read a probability map.

    Attributes:
        max_candidates: how many contours are looked at, the largest first.
        thresh: the probability above which a pixel is text.
        box_thresh: the box score from which a quad is kept.
        unclip_ratio: how far a quad grows, because the detector learns shrunken ones: by area × ratio / perimeter.
        min_size: the shortest side of a quad before it grows, in pixels of the map.
        use_dilation: whether the text pixels are thickened by one, to join what is broken.
        score_mode: whether the box score is the mean probability in the quad ("fast") or within the contour ("slow").
    """

    max_candidates: int
    thresh: float = 0.3
    box_thresh: float = 0.6
    unclip_ratio: float = 1.5
    min_size: int = 3
    use_dilation: bool = False
    score_mode: Literal["fast", "slow"] = "fast"


def decode_quads(probability: Probabilities, geometry: DetectionGeometry, decoding: QuadDecoding) -> list[Quad]:
    """The quads that a probability map shows, in no particular order.

    Args:
        probability: float32, shape (height, width) of the detector's input, values 0 to 1; or uint8, 0 to 255.
        geometry: how the detector saw the image.
        decoding: how to read the map.

    Returns:
        Quads whose points are whole pixels within the image.

    Raises:
        ValueError: the map is of another size than the input.
    """
    if probability.shape != geometry.shape[1:]:
        raise ValueError(f"the probability map is {probability.shape}, the detector's input {geometry.shape[1:]}")
    quads = (_decode_quad(contour, probability, geometry, decoding) for contour in _contours(probability, decoding))
    return [quad for quad in quads if quad is not None]


def _contours(probability: Probabilities, decoding: QuadDecoding) -> list[NDArray[np.int32]]:
    mask: cv2.typing.MatLike = (probability > decoding.thresh * _one(probability)).view(np.uint8)
    if decoding.use_dilation:
        mask = cv2.dilate(mask, np.ones((2, 2), np.uint8))
    found, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    contours = [contour.reshape(-1, 2).astype(np.int32, copy=False) for contour in found]
    if len(contours) > decoding.max_candidates:
        contours.sort(key=cv2.contourArea, reverse=True)
    return contours[: decoding.max_candidates]


def _decode_quad(
    contour: NDArray[np.int32], probability: Probabilities, geometry: DetectionGeometry, decoding: QuadDecoding
) -> Quad | None:
    rectangle = Rectangle.around(contour)
    if rectangle.shortest < decoding.min_size:
        return None
    region = contour if decoding.score_mode == "slow" else np.rint(rectangle.corners()).astype(np.int32)
    score = _box_score(probability, region)
    # Not `score < box_thresh`: a NaN must not pass.
    if not (math.isfinite(score) and score >= decoding.box_thresh):
        return None
    grown = rectangle.unclip(decoding.unclip_ratio)
    if grown.shortest < decoding.min_size + 2:
        return None
    return _in_image(grown.corners(), score, geometry)


def _box_score(probability: Probabilities, region: NDArray[np.int32]) -> float:
    """The mean probability within a polygon, its border included."""
    height, width = probability.shape
    left, top = np.clip(region.min(axis=0), 0, (width - 1, height - 1)).tolist()
    right, bottom = np.clip(region.max(axis=0), 0, (width - 1, height - 1)).tolist()
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [region], (1.0,), offset=(-left, -top))
    mean, *_ = cv2.mean(probability[top : bottom + 1, left : right + 1], mask)
    return mean / _one(probability)


def _one(probability: Probabilities) -> float:
    """What stands for a probability of 1."""
    return 255 if probability.dtype == np.uint8 else 1


def _in_image(corners: Floats, score: float, geometry: DetectionGeometry) -> Quad | None:
    points = np.rint(geometry.in_image(corners))
    points = clockwise(np.clip(points, 0, (geometry.width - 1, geometry.height - 1)).astype(np.float32))
    width, height = math.dist(points[0], points[1]), math.dist(points[0], points[3])
    if min(width, height) <= _UNREADABLE_SIDE:
        return None
    return Quad(points, score)
