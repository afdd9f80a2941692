import cv2
import numpy as np
import pytest

from ocr_ops.arrays import Image
from ocr_ops.detection import Quad
from ocr_ops.detection.ink import text_height
from tests.make_samples import BLACK, FONT


def page() -> Image:
    return np.full((500, 900, 3), 245, np.uint8)


def around(left: float, top: float, right: float, bottom: float) -> Quad:
    return Quad(np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32), 0.9)


def line(size: int) -> tuple[Image, Quad]:
    """A page with a line of text, and the quad that fits it."""
    image = page()
    cv2.putText(image, "Paper, bridges and evenings", (40, 200), BLACK, FONT, size)
    rows, columns = np.nonzero(image.min(axis=2) < 200)
    return image, around(columns.min() - 2, rows.min() - 2, columns.max() + 3, rows.max() + 3)


@pytest.mark.parametrize("size", [10, 14, 24, 48])
def test_a_quad_that_fits_its_text_is_as_high_as_that_calls_for(size: int) -> None:
    image, quad = line(size)
    assert text_height(image, quad) == pytest.approx(quad.height)


@pytest.mark.parametrize("size", [10, 14, 24])
@pytest.mark.parametrize("turned", [False, True])
def test_a_quad_that_is_high_for_its_text_is_told(size: int, turned: bool) -> None:
    image, fitting = line(size)
    (left, top), (right, bottom) = fitting.points[0], fitting.points[2]
    quad = around(left, top - size, right, bottom + size)
    if turned:
        image = np.ascontiguousarray(np.rot90(image))
        quad = around(top - size, 900 - right, bottom + size, 900 - left)
    assert fitting.height <= text_height(image, quad) < 1.6 * fitting.height
    assert quad.height > 2 * fitting.height


def test_lines_beside_each_other_do_not_count_together() -> None:
    image = page()
    for row in range(3):
        cv2.putText(image, "three lines of text", (40, 100 + 30 * row), BLACK, FONT, 14)
    assert text_height(image, around(30, 70, 220, 175)) < 30


@pytest.mark.parametrize(("text", "size"), [("-", 30), (".", 40), ("=", 20), ("—", 34)])
def test_the_ink_of_a_dash_or_a_dot_says_nothing(text: str, size: int) -> None:
    image, quad = page(), around(95, 80, 140, 110)
    cv2.putText(image, text, (100, 105), BLACK, FONT, size)
    assert text_height(image, quad) == quad.height


def test_a_narrow_glyph_is_as_high_as_it_is_long() -> None:
    image = page()
    cv2.putText(image, "I", (100, 105), BLACK, FONT, 30)
    assert text_height(image, around(94, 78, 110, 110)) == 32


def test_where_there_is_no_ink_a_quad_is_as_high_as_it_is() -> None:
    assert text_height(page(), around(100, 100, 300, 130)) == 30
