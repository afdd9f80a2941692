"""Telling crops that are upside down: from crops to the classifier's input, and from its probabilities to angles."""

from ocr_ops.classification.decoding import Angle, apply_angle, decode_angles
from ocr_ops.classification.direction import disagrees, vote
from ocr_ops.classification.input import classification_tensor

__all__ = ["Angle", "apply_angle", "classification_tensor", "decode_angles", "disagrees", "vote"]
