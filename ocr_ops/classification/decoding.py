"""Decoding of the classifier's probabilities: angles out, and crops that are upside down turned upright."""

from dataclasses import dataclass

import cv2

from ocr_ops.arrays import Floats, Image, as_image


@dataclass(frozen=True)
class Angle:
    """How a crop is turned.

    Attributes:
        degrees: 0 for an upright crop, 180 for one that is upside down.
        score: the probability of the likelier of the two, 0 to 1.
    """

    degrees: int
    score: float


def decode_angles(probabilities: Floats, thresh: float) -> list[Angle]:
    """The angle of each crop: 180 degrees only where that class wins with a score of at least `thresh`.

    Args:
        probabilities: float32, shape (crops, 2), those of 0 and of 180 degrees.
        thresh: the probability, 0 to 1, from which a crop counts as upside down.
    """
    angles = []
    for upright, turned in probabilities.tolist():
        degrees = 180 if turned > upright and turned >= thresh else 0
        angles.append(Angle(degrees, max(upright, turned)))
    return angles


def apply_angle(crop: Image, angle: Angle) -> Image:
    """The crop, upright: the same array where it is so already."""
    return as_image(cv2.rotate(crop, cv2.ROTATE_180)) if angle.degrees == 180 else crop
