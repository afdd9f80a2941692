"""Reading the crops: from crops to the recogniser's input, and from its scores to text."""

from ocr_ops.recognition.decoding import Text, decode_texts, load_characters
from ocr_ops.recognition.input import WidthBuckets, recognition_tensor

__all__ = ["Text", "WidthBuckets", "decode_texts", "load_characters", "recognition_tensor"]
