"""The PNGs of an answer: a page as it was read, and a page with its lines drawn.

Making them takes time, so it is done in a thread. A picture that no PNG can hold raises AnswerTooLargeError.
"""

import cv2
import numpy as np

from ocr_ops.arrays import Image
from ocr_ops.detection import Quad
from ocr_ops.drawing import draw_lines
from ocr_ops.image import decode_image
from ocr_ops.text_line import TextLine
from pdserving.errors import AnswerTooLargeError
from pdserving.page_answer import PageAnswer

_MAX_PNG_SIDE = 1_000_000  # pixels; libpng writes no more
_FAST_PNG = (cv2.IMWRITE_PNG_COMPRESSION, 1)


def upright_png(picture: bytes, max_pixels: int) -> bytes:
    """What a picture's file shows, upright, as a PNG."""
    return _png(decode_image(picture, max_pixels))


def drawn_png(picture: bytes, answer: PageAnswer, max_pixels: int) -> bytes:
    """What a picture's file shows, with a box around each line and the texts beside it, as a PNG."""
    lines = [
        TextLine(line.text or "", line.score or 0.0, Quad(np.array(line.quad, np.float32), 1.0), None, ())
        for line in answer.lines
    ]
    return _png(draw_lines(decode_image(picture, max_pixels), lines))


def _png(image: Image) -> bytes:
    height, width = image.shape[:2]
    if max(height, width) > _MAX_PNG_SIDE:
        raise AnswerTooLargeError(
            f"a picture in the answer would be {width} × {height} pixels; accepted: at most {_MAX_PNG_SIDE} a side"
        )
    return bytes(cv2.imencode(".png", image, _FAST_PNG)[1])
