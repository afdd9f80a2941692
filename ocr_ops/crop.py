"""Cutting lines of text out of an image."""

import math

import cv2
import numpy as np

from ocr_ops.arrays import Floats, Image, as_image

# From this aspect ratio (height / width) a line is taken to run from top to bottom (PaddleOCR's value).
TALL = 1.5
# Below this one a tall crop may be of one or two narrow glyphs that stand: of 1, I or II, or of a dash with what is
# around it. On a page that lies on its side the same is true of a crop so many times as wide as high.
_SHORT = 3.0


def crop_quad(image: Image, points: Floats) -> Image:
    """What is inside a quad, straightened.

    Width and height are the longer of the opposite sides. A tall crop, at least 1.5 times as high as wide, is turned
    counter-clockwise, so that writing from top to bottom comes to run from left to right.

    Args:
        image: uint8, shape (height, width, 3).
        points: float32, shape (4, 2): x and y in pixels, clockwise from the top-left corner.

    Returns:
        uint8, shape (height, width, 3), at least 1 × 1 pixels; never a view of the image.
    """
    level = _level_part(image, points)
    if level is not None:
        # A copy: many lines may wait for the recogniser, and each would keep all of its image.
        return _laid_down(level, points).copy()
    width, height = crop_size(points)
    crop = cv2.warpPerspective(
        image,
        cv2.getPerspectiveTransform(points, _corners(width, height)),
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return _laid_down(as_image(crop), points)


def _level_part(image: Image, points: Floats) -> Image | None:
    """The part of the image inside a level quad at whole pixels, as a view; None for any other quad.

    Warping would only copy it, more slowly.
    """
    (left, top), (right, bottom) = points[0].tolist(), points[2].tolist()
    if points[1].tolist() != [right, top] or points[3].tolist() != [left, bottom]:
        return None
    height, width = image.shape[:2]
    whole = all(side.is_integer() for side in (left, top, right, bottom))
    if not (whole and 0 <= left < right <= width and 0 <= top < bottom <= height):
        return None
    return image[int(top) : int(bottom), int(left) : int(right)]


def whole_crop(image: Image) -> tuple[Floats, Image]:
    """The quad's points and the crop of an image that is one line.

    Args:
        image: uint8, shape (height, width, 3).

    Returns:
        The image's corners, float32, shape (4, 2), and the crop that `crop_quad` makes of them; a crop that is not tall
        is the image itself.
    """
    height, width = image.shape[:2]
    points = _corners(width, height)
    return points, _laid_down(image, points)


def _corners(width: int, height: int) -> Floats:
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)


def _laid_down(crop: Image, points: Floats) -> Image:
    return as_image(cv2.rotate(crop, cv2.ROTATE_90_COUNTERCLOCKWISE)) if is_tall(points) else crop


def crop_size(points: Floats) -> tuple[int, int]:
    """The width and height, in pixels, of a crop before `crop_quad` turns it where it is tall.

    Args:
        points: float32, shape (4, 2), as in `crop_quad`.
    """
    top_left, top_right, bottom_right, bottom_left = points.tolist()
    width = max(1, int(max(math.dist(top_left, top_right), math.dist(bottom_left, bottom_right))))
    height = max(1, int(max(math.dist(top_left, bottom_left), math.dist(top_right, bottom_right))))
    return width, height


def is_tall(points: Floats) -> bool:
    """Whether `crop_quad` turns what is inside these points, float32, shape (4, 2)."""
    width, height = crop_size(points)
    return height / width >= TALL


def is_narrow(points: Floats) -> bool:
    """Whether what is inside these points, float32, shape (4, 2), is tall, but may be a glyph or two that stand."""
    return is_tall(points) and is_short(points)


def is_short(points: Floats) -> bool:
    """Whether the shape of what is inside these points, float32, shape (4, 2), tells little of how its text runs."""
    width, height = crop_size(points)
    return max(width, height) / min(width, height) < _SHORT


def is_wide(points: Floats) -> bool:
    """Whether what is inside these points, float32, shape (4, 2), would be tall if it lay on its side."""
    width, height = crop_size(points)
    return width / height >= TALL


def turn_crop(crop: Image, degrees: int) -> Image:
    """A crop, turned clockwise by 0, 90, 180 or 270 degrees, as a view; the same array where that is 0."""
    return np.rot90(crop, -degrees // 90) if degrees else crop


def crop_width(crop: Image, height: int, max_width: int) -> int:
    """The width, in pixels, at which a crop keeps its aspect ratio in a model's input.

    Args:
        crop: uint8, shape (height, width, 3).
        height: the input's height, in pixels.
        max_width: the most that is returned, in pixels; the least is 1.
    """
    width: int = -(-height * crop.shape[1] // crop.shape[0])
    return min(max(1, width), max_width)
