"""Reading the crops: from crops to the recogniser's input, and from its scores to text."""

from ocr_ops.recognition.decoding import Text, decode_texts, load_characters
from ocr_ops.recognition.input import WidthBuckets, recognition_tensor
from ocr_ops.recognition.pieces import Piece, cut, join
from ocr_ops.recognition.readings import is_clearly_better, of_narrow, turned_is_better

__all__ = [
    "Piece",
    "Text",
    "WidthBuckets",
    "cut",
    "decode_texts",
    "is_clearly_better",
    "join",
    "load_characters",
    "of_narrow",
    "recognition_tensor",
    "turned_is_better",
]
