"""Finding the lines of text: from an image to the detector's input, and from its probability map to quads."""

from ocr_ops.detection.decoding import Quad, QuadDecoding, decode_quads
from ocr_ops.detection.input import DetectionGeometry, SideLimit, detection_size, detection_tensor

__all__ = [
    "DetectionGeometry",
    "Quad",
    "QuadDecoding",
    "SideLimit",
    "decode_quads",
    "detection_size",
    "detection_tensor",
]
