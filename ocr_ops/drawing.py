"""A drawing of what was read: the quads over the image, and beside it the text, each line in its place."""

import math
import unicodedata
from collections.abc import Sequence

import cv2
import numpy as np

from ocr_ops.arrays import Image, as_image
from ocr_ops.crop import TALL
from ocr_ops.text_line import TextLine

# Neighbours differ in colour, and a line has the same one on both sides. BGR.
_COLOURS = ((200, 110, 30), (60, 150, 40), (40, 80, 220), (180, 60, 150), (30, 140, 230), (150, 140, 20))
_TINT = 0.22
_INK = (30, 30, 30)
_WHITE = (255, 255, 255)
# The size at which a text is measured, in pixels.
_MEASURE = 100
# How far the built-in font reaches above and below the baseline, as parts of its size.
_ASCENT, _DESCENT = 0.88, 0.26
# The part of a quad's height that a text may take; the rest is the margin that the detector adds around a line.
_FILL = 0.9


def draw_lines(image: Image, lines: Sequence[TextLine]) -> Image:
    """An image under the quads of its lines and, on its right, their text on white.

    Args:
        image: uint8, shape (height, width, 3), BGR; it is left as it is.
        lines: what was read of the image.

    Returns:
        uint8, shape (height, 2 × width, 3), BGR.
    """
    height, width = image.shape[:2]
    panel = np.full_like(image, 255)
    quads = [np.rint(line.quad.points).astype(np.int32) for line in lines]
    tint = image.copy()
    for number, quad in enumerate(quads):
        cv2.fillPoly(tint, [quad], _colour(number), cv2.LINE_AA)
    picture = as_image(cv2.addWeighted(tint, _TINT, image, 1 - _TINT, 0))
    thickness = max(1, round(min(height, width) / 500))
    # Made anew each time: a FontFace caches glyphs, and threads must not share it.
    font = cv2.FontFace("uni")
    for number, (line, quad) in enumerate(zip(lines, quads, strict=True)):
        cv2.polylines(picture, [quad], True, _colour(number), thickness, cv2.LINE_AA)
        cv2.polylines(panel, [quad], True, _pale(_colour(number)), 1, cv2.LINE_AA)
        _place(panel, line, font)
    return np.hstack((picture, panel))


def _colour(number: int) -> tuple[int, int, int]:
    return _COLOURS[number % len(_COLOURS)]


def _pale(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    blue, green, red = ((channel + 2 * 255) // 3 for channel in colour)
    return blue, green, red


def _place(panel: Image, line: TextLine, font: cv2.FontFace) -> None:
    """Draw a line's text into its quad, at the quad's angle."""
    points = line.quad.points
    width = max(1, round(max(math.dist(points[0], points[1]), math.dist(points[3], points[2]))))
    height = max(1, round(max(math.dist(points[0], points[3]), math.dist(points[1], points[2]))))
    left, top = np.clip(np.floor(points.min(axis=0)), 0, (panel.shape[1] - 1, panel.shape[0] - 1)).astype(int).tolist()
    right, bottom = np.ceil(points.max(axis=0)).astype(int).tolist()
    place = panel[top : bottom + 1, left : right + 1]
    if not line.text.strip() or not place.size:
        return
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    offset = np.array((left, top), np.float32)
    label = cv2.warpPerspective(
        _label(line.text, width, height, font),
        cv2.getPerspectiveTransform(corners, (points - offset).astype(np.float32)),
        (place.shape[1], place.shape[0]),
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=_WHITE,
    )
    # The darker pixel of both, so that a label does not wipe out the text of a quad that it overlaps.
    np.minimum(place, as_image(label), out=place)


def _label(text: str, width: int, height: int, font: cv2.FontFace) -> Image:
    """A text, as large as it fits: uint8, shape (height, width, 3)."""
    if height < TALL * width:
        return _row(text, width, height, font)
    if any(unicodedata.east_asian_width(character) in "WF" for character in text):
        cells = np.linspace(0, height, len(text) + 1).astype(int).tolist()
        return np.vstack(
            [_row(text[i], width, max(1, cells[i + 1] - cells[i]), font, centred=True) for i in range(len(text))]
        )
    return as_image(cv2.rotate(_row(text, height, width, font), cv2.ROTATE_90_CLOCKWISE))


def _row(text: str, width: int, height: int, font: cv2.FontFace, centred: bool = False) -> Image:
    label: Image = np.full((height, width, 3), 255, np.uint8)
    measured = max(1, cv2.getTextSize((0, 0), text, (0, 0), font, _MEASURE)[2])
    size = math.floor(min(_FILL * height / (_ASCENT + _DESCENT), width * _MEASURE / measured))
    if size < 1:
        return label
    x = (width - measured * size / _MEASURE) / 2 if centred else 0.0
    baseline = (height + (_ASCENT - _DESCENT) * size) / 2
    cv2.putText(label, text, (round(x), round(baseline)), _INK, font, size)
    return label
