import numpy as np
import pytest

from ocr_ops.arrays import Image
from ocr_ops.detection import Quad
from ocr_ops.drawing import draw_lines
from ocr_ops.text_line import TextLine


def line(text: str, points: list[tuple[float, float]]) -> TextLine:
    return TextLine(text, 0.9, Quad(np.array(points, np.float32), 0.9), None, ())


def level(text: str, left: float, top: float, right: float, bottom: float) -> TextLine:
    return line(text, [(left, top), (right, top), (right, bottom), (left, bottom)])


def page() -> Image:
    return np.full((200, 300, 3), 255, np.uint8)


def ink(panel: Image) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the dark pixels."""
    rows, columns = np.nonzero(panel.max(axis=2) < 110)
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


def test_the_image_stays_as_it_is_with_a_white_panel_beside_it() -> None:
    image = np.random.default_rng(10).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    before = image.copy()
    drawn = draw_lines(image, [])
    np.testing.assert_array_equal(drawn[:, :30], before)
    assert (drawn[:, 30:] == 255).all()
    draw_lines(image, [level("x", 2, 2, 20, 15)])
    np.testing.assert_array_equal(image, before)


def test_a_quad_is_tinted_on_the_left() -> None:
    drawn = draw_lines(page(), [level("", 50, 60, 200, 90)])
    assert drawn[75, 100].min() < 255
    assert (drawn[150, 100] == 255).all()


@pytest.mark.parametrize(
    "text", ["Hello, world", "中文识别", "日本語テキスト", "한국어", "a text that is far too long for its place"]
)
def test_text_fits_in_its_quad(text: str) -> None:
    drawn = draw_lines(page(), [level(text, 50, 60, 250, 96)])
    left, top, right, bottom = ink(drawn[:, 300:])
    assert left >= 50
    assert right <= 250
    assert top >= 60
    assert bottom <= 96
    assert right - left > 60


@pytest.mark.parametrize("text", ["Rotated", "竪書文字"])
def test_text_in_a_tall_quad_runs_down(text: str) -> None:
    left, top, right, bottom = ink(draw_lines(page(), [level(text, 50, 20, 80, 180)])[:, 300:])
    assert bottom - top > 2 * (right - left)
    assert left >= 50
    assert right <= 80


@pytest.mark.parametrize(
    "points",
    [
        [(-50, -50), (400, -50), (400, 300), (-50, 300)],
        [(10, 10), (10, 10), (10, 10), (10, 10)],
        [(500, 500), (600, 500), (600, 550), (500, 550)],
        [(0, 0), (1, 0), (1, 1), (0, 1)],
    ],
    ids=["larger than the image", "a point", "outside", "a pixel"],
)
@pytest.mark.parametrize("text", ["text", " ", "two\nlines", "\0", "😀"])
def test_odd_quads_and_texts_do_no_harm(text: str, points: list[tuple[float, float]]) -> None:
    assert draw_lines(page(), [line(text, points)]).shape == (200, 600, 3)
