"""The picture of quads and text."""

import cv2
import numpy as np
import pytest
from client_drawing import draw
from client_results import DrawingError, Quad, Region
from numpy.typing import NDArray

from tests.support.image_files import encode

WIDTH, HEIGHT = 300, 200


def encoded(picture: NDArray[np.uint8]) -> bytes:
    return encode(".png", picture)


@pytest.fixture
def page() -> bytes:
    return encoded(np.full((HEIGHT, WIDTH, 3), 255, np.uint8))


def box(left: float, top: float, right: float, bottom: float) -> Quad:
    return (left, top), (right, top), (right, bottom), (left, bottom)


def halves(drawing: bytes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The masks of what is not white, in the image and in the panel."""
    picture = cv2.imdecode(np.frombuffer(drawing, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (HEIGHT, 2 * WIDTH, 3)
    inked: NDArray[np.bool_] = np.min(picture, axis=2) < 200
    return inked[:, :WIDTH], inked[:, WIDTH:]


@pytest.mark.parametrize("text", ["Hello, Agjpq", "欢迎光临", "日本語カタカナ", "한국어"])
def test_text_fills_the_place_of_its_quad_and_no_more(page: bytes, text: str) -> None:
    image, panel = halves(draw(page, [Region(text, box(20, 50, 280, 90))]))
    assert image[50, 20:281].all()
    assert panel[50:91, 20:281].sum() > 200
    panel[50:91, 20:281] = False
    assert not panel.any()


def test_a_long_text_shrinks_to_its_quad(page: bytes) -> None:
    _, panel = halves(draw(page, [Region("a text far too long for its quad " * 2, box(20, 50, 280, 90))]))
    columns = np.flatnonzero(panel.any(axis=0))
    assert 20 <= columns.min() < 30
    assert 200 < columns.max() <= 280


@pytest.mark.parametrize("text", ["sideways", "上から下へ", "竖" * 500])
def test_text_in_a_tall_quad_runs_from_top_to_bottom(page: bytes, text: str) -> None:
    _, panel = halves(draw(page, [Region(text, box(100, 10, 130, 190))]))
    rows = np.flatnonzero(panel[:, 100:131].any(axis=1))
    assert rows.max() - rows.min() > 80


def test_regions_without_text_are_outlined_on_the_image_alone(page: bytes) -> None:
    drawing = cv2.imdecode(np.frombuffer(draw(page, [Region(None, box(20, 50, 280, 90))]), np.uint8), cv2.IMREAD_COLOR)
    assert drawing is not None
    assert drawing.shape == (HEIGHT, WIDTH, 3)
    assert (drawing[50, 20:281].min(axis=1) < 200).all()


def test_a_region_without_text_beside_one_with_text_leaves_its_place_empty(page: bytes) -> None:
    regions = [Region("text", box(20, 10, 280, 40)), Region(None, box(20, 50, 280, 90))]
    image, panel = halves(draw(page, regions))
    assert image[50, 20:281].all()
    assert panel[10:41].any()
    assert not panel[50:].any()


def test_a_photograph_is_turned_as_its_exif_data_say() -> None:
    lying = np.full((WIDTH, HEIGHT, 3), 255, np.uint8)
    _, jpeg = cv2.imencode(".jpg", lying)
    # APP1 with a big-endian TIFF header and one entry: orientation (0x0112) = 6, a quarter turn.
    tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
    exif = b"Exif\x00\x00" + tiff
    photograph = jpeg.tobytes()[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2) + exif + jpeg.tobytes()[2:]
    halves(draw(photograph, []))


@pytest.mark.parametrize(
    "quad",
    [
        box(-50, -20, 80, 30),
        box(250, 150, 900, 800),
        box(1000, 1000, 1100, 1020),
        box(-1e12, 0, 1e12, 1e300),
        box(5, 5, 5, 5),
        ((10, 10), (90, 90), (90, 10), (10, 90)),
        ((90, 10), (10, 10), (10, 40), (90, 40)),
    ],
)
def test_a_quad_of_any_shape_and_place_is_drawn_or_left_out(page: bytes, quad: Quad) -> None:
    halves(draw(page, [Region("text", quad)]))


@pytest.mark.parametrize("text", ["", " ", "a\nb\tc", "\x00\x1b[31m", "😀", "\ud800", "x" * 5000])
def test_any_text_is_drawn_or_left_out(page: bytes, text: str) -> None:
    halves(draw(page, [Region(text, box(20, 50, 280, 90))]))


@pytest.mark.parametrize("image", [b"", b"no picture"])
def test_what_is_no_image_is_an_error(image: bytes) -> None:
    with pytest.raises(DrawingError):
        draw(image, [])
