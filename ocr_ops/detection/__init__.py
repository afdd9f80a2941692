"""Finding the lines of text: from an image to the detector's input, and from its probability map to quads."""

from ocr_ops.detection.decoding import QuadDecoding, decode_quads
from ocr_ops.detection.geometry import DetectionGeometry, SideLimit, detection_size
from ocr_ops.detection.input import detection_tensor
from ocr_ops.detection.looks import LOOK_SIDE, Looks
from ocr_ops.detection.quad import Quad

__all__ = [
    "LOOK_SIDE",
    "DetectionGeometry",
    "Looks",
    "Quad",
    "QuadDecoding",
    "SideLimit",
    "decode_quads",
    "detection_size",
    "detection_tensor",
]
