"""Finding lines of text: from an image to the detector's input, and from its probability map to quads."""

from ocr_ops.detection.input import DetectionGeometry, SideLimit, detection_size, detection_tensor
from ocr_ops.detection.quads import QuadDecoding, decode_quads

__all__ = ["DetectionGeometry", "QuadDecoding", "SideLimit", "decode_quads", "detection_size", "detection_tensor"]
