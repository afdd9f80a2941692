"""Telling crops that are upside down from upright ones."""

import cv2

from ocr_ops.arrays import Floats, Image, as_image
from ocr_ops.recognition import crop_width
from ocr_ops.results import Angle
from ocr_ops.tensors import Normalisation

# How many times as much of a crop, along its line, is seen as fits the input unsqueezed. PaddleOCR squeezes all of it,
# and a line of 60 characters in 192 pixels looks to the classifier as if it stood on its head.
_SQUEEZED = 3


def prepare_classification(crop: Image, out: Floats, normalisation: Normalisation) -> None:
    """Writes a crop to its place in the classifier's input.

    crop: uint8, shape (height, width, 3).
    out: float32, shape (3, height, width). The crop keeps its aspect ratio up to that width; zeros fill the right.
        Of a crop that is longer, the middle is seen: as much as is three times that width, squeezed to it.
    """
    _, height, max_width = out.shape
    longest = max(1, _SQUEEZED * max_width * crop.shape[0] // height)
    start = max(0, crop.shape[1] - longest) // 2
    crop = crop[:, start : start + longest]
    width = crop_width(crop.shape[0], crop.shape[1], height, max_width)
    normalisation.write(as_image(cv2.resize(crop, (width, height))), out[:, :, :width])
    out[:, :, width:] = 0


def decode_angles(probabilities: Floats, thresh: float) -> list[Angle]:
    """The angle of each crop: 180 degrees only where that class wins with a score of at least `thresh`.

    probabilities: float32, shape (crops, 2), of 0 and 180 degrees. The score is that of the winning class.
    """
    angles = []
    for upright, turned in probabilities.tolist():
        degrees = 180 if turned > upright and turned >= thresh else 0
        angles.append(Angle(degrees, max(upright, turned)))
    return angles


def apply_angle(crop: Image, angle: Angle) -> Image:
    """The crop, upright."""
    return as_image(cv2.rotate(crop, cv2.ROTATE_180)) if angle.degrees == 180 else crop
