"""Reading the crops: from crops to the recogniser's input, and from its scores to text."""

from ocr_ops.recognition.decoding import Text, decode_texts, load_characters
from ocr_ops.recognition.input import WidthBuckets, recognition_tensor
from ocr_ops.recognition.look_alikes import LookAlikes
from ocr_ops.recognition.page_settling import settle_by_page
from ocr_ops.recognition.pieces import Piece, cut, join
from ocr_ops.recognition.readings import is_clearly_better, of_narrow, turned_is_better
from ocr_ops.recognition.settling import settle
from ocr_ops.recognition.signs import signs_by_script

__all__ = [
    "LookAlikes",
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
    "settle",
    "settle_by_page",
    "signs_by_script",
    "turned_is_better",
]
