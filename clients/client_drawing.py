"""A drawing of what was read: the quads over the picture, and beside it the text in each quad's place."""

import colorsys
import unicodedata
from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np
from client_results import DrawingError, Region
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Corners = NDArray[np.float32]
Colour = tuple[int, int, int]

# How far the built-in font reaches above and below the baseline, in units of its size.
_ASCENT = 0.95
_DESCENT = 0.27
_MEASURING_SIZE = 200
# Quads this many times as high as wide hold text from top to bottom; PP-OCR turns their crops at the same ratio.
_TALL_RATIO = 1.5
_GOLDEN_RATIO = 0.618034
_TEXT_SHADE = 0.6
# No picture reaches this far, in pixels; farther corners would overflow OpenCV's integers.
_FARTHEST = 2**20

_FACE = cv2.FontFace("uni")


def draw(image: bytes, regions: Sequence[Region]) -> bytes:
    """The drawing as a PNG, as high as the picture.

    It is twice as wide, for the text beside the picture; where there are regions but none has a text, it is as wide.

    Args:
        image: the picture's file.
        regions: what was found in it.

    Raises:
        DrawingError: OpenCV cannot decode or encode the picture.
    """
    with_text = not regions or any(region.text is not None for region in regions)
    try:
        left = _decode(image)
        right = np.full_like(left, 255)
        for index, region in enumerate(regions):
            colour = _colour(index)
            corners = np.clip(np.array(region.quad, np.float64), -_FARTHEST, _FARTHEST).astype(np.float32)
            _outline(left, corners, colour)
            if region.text is not None:
                _write(right, region.text, corners, colour)
        _, png = cv2.imencode(".png", np.hstack([left, right]) if with_text else left)
    except cv2.error as error:
        raise DrawingError(error.err) from error
    return png.tobytes()


def _decode(image: bytes) -> Picture:
    # IMREAD_COLOR turns the picture upright by its EXIF data, as the server does: the quads belong to the upright one.
    encoded = np.frombuffer(image, np.uint8)
    picture = cv2.imdecode(encoded, cv2.IMREAD_COLOR) if image else None
    if picture is None:
        raise DrawingError("not an image that OpenCV reads")
    stored = cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED)
    if stored is not None and stored.shape == (*picture.shape[:2], 4) and stored.dtype == np.uint8:
        # Transparent pixels are white, as on the server; OpenCV would show the colour that lies below.
        alpha = stored[:, :, 3:] / 255
        picture = np.rint(picture * alpha + 255 * (1 - alpha)).astype(np.uint8)
    return cast(Picture, picture)


def _colour(index: int) -> Colour:
    # Steps of the golden ratio keep the hues of neighbouring lines apart.
    red, green, blue = colorsys.hsv_to_rgb(index * _GOLDEN_RATIO % 1, 1.0, 0.85)
    return round(blue * 255), round(green * 255), round(red * 255)


def _outline(picture: Picture, corners: Corners, colour: Colour) -> None:
    thickness = max(1, round(max(picture.shape) / 1200))
    rounded = np.rint(corners).astype(np.int32)
    cv2.polylines(picture, [rounded], isClosed=True, color=colour, thickness=thickness, lineType=cv2.LINE_AA)


def _write(panel: Picture, text: str, corners: Corners, colour: Colour) -> None:
    width, height = _side(corners[[0, 3]], corners[[1, 2]]), _side(corners[[0, 1]], corners[[3, 2]])
    tall = height >= _TALL_RATIO * width and len(text) > 1
    upright = all(unicodedata.east_asian_width(character) in "WF" for character in text)
    if tall and not upright:
        corners = np.roll(corners, -1, axis=0)
        width, height = height, width
    left, top = np.floor(corners.min(axis=0)).astype(int).clip(0)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 1
    place = panel[top : max(bottom, top), left : max(right, left)]
    longest = panel.shape[0] + panel.shape[1]
    if place.size == 0 or not (1 <= width <= longest and 1 <= height <= longest):
        return
    strip = (_column if tall and upright else _strip)(text, round(width), round(height))
    flat = np.array([[0, 0], [strip.shape[1], 0], strip.shape[::-1], [0, strip.shape[0]]], np.float32)
    turn = cv2.getPerspectiveTransform(flat, corners - np.array([left, top], np.float32))
    ink = cv2.warpPerspective(strip, turn, (place.shape[1], place.shape[0]))[..., None] / np.float32(255)
    # Darker than the outline of the same line, because thin strokes on white look paler.
    place[:] = np.rint(place * (1 - ink) + np.array(colour, np.float32) * _TEXT_SHADE * ink).astype(np.uint8)


def _side(starts: Corners, ends: Corners) -> float:
    return float(np.linalg.norm(ends - starts, axis=1).max())


def _strip(text: str, width: int, height: int) -> Picture:
    # White letters on black, as large as they fit, left-aligned, and centred between top and bottom.
    strip = np.zeros((height, width), np.uint8)
    text = "".join(character if character.isprintable() else " " for character in text)
    _, _, measured, _ = cv2.getTextSize((0, 0), text, (0, 0), _FACE, _MEASURING_SIZE)
    fitting = min(height / (_ASCENT + _DESCENT), width * _MEASURING_SIZE / max(measured, 1))
    size = max(1, int(fitting))
    baseline = round((height + (_ASCENT - _DESCENT) * size) / 2)
    cv2.putText(strip, text, (0, baseline), (255,), _FACE, size, wrap=(0, 2 * width))
    return strip


def _column(text: str, width: int, height: int) -> Picture:
    # The same with each letter below the one before.
    column = np.zeros((height, width), np.uint8)
    edges = np.linspace(0, height, len(text) + 1).astype(int)
    for character, top, bottom in zip(text, edges, edges[1:], strict=False):
        side = min(width, bottom - top)
        left = (width - side) // 2
        column[top:bottom, left : left + side] = _strip(character, side, bottom - top)
    return column
