import cv2
import numpy as np
import pytest

from ocr_ops.arrays import Image
from ocr_ops.detection import Quad
from ocr_ops.detection.detail import (
    TILE,
    boxes_of,
    edge_density,
    fullest,
    is_plain,
    lost_glyphs,
    lost_lines,
    share_under,
    without_patches,
)
from ocr_ops.detection.margins import Box

RNG = np.random.default_rng(7)


def page(height: int = 400, width: int = 600) -> Image:
    return np.full((height, width, 3), 250, np.uint8)


def write(image: Image, text: str, left: int, baseline: int, scale: float = 0.45) -> None:
    cv2.putText(image, text, (left, baseline), cv2.FONT_HERSHEY_SIMPLEX, scale, (0, 0, 0), 1, cv2.LINE_AA)


def around(left: int, top: int, right: int, bottom: int) -> Quad:
    return Quad(np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32), 0.9)


def rows_of(tiles: np.ndarray) -> set[int]:
    return set(np.flatnonzero(tiles.any(axis=1)).tolist())


def test_a_line_of_small_text_shows_where_no_quad_covers_it() -> None:
    image = page()
    write(image, "lines of small text are dense", 20, 110)
    write(image, "and others are dense too", 20, 310)
    density = edge_density(image)
    assert rows_of(lost_lines(density, [])) <= {12, 13, 14, 37, 38, 39}
    assert {12, 13} & rows_of(lost_lines(density, []))
    left_over = lost_lines(density, [around(18, 96, 260, 116)])
    assert rows_of(left_over) <= {37, 38, 39}
    assert left_over.any()
    assert not lost_lines(density, [around(18, 96, 260, 116), around(18, 296, 260, 316)]).any()


def test_rules_frames_and_large_things_are_no_lines() -> None:
    image = page()
    cv2.rectangle(image, (20, 20), (580, 380), (0, 0, 0), 2)
    cv2.line(image, (20, 100), (580, 100), (90, 90, 90), 1)
    cv2.circle(image, (300, 240), 80, (40, 40, 200), -1)
    assert not lost_lines(edge_density(image), []).any()
    assert not lost_glyphs(edge_density(image), []).any()


def test_a_glyph_that_stands_alone_shows_on_a_plain_page() -> None:
    image = page()
    for column, glyph in enumerate("Il1-j"):
        write(image, glyph, 60 + 100 * column, 200, 0.7)
    density = edge_density(image)
    assert len(boxes_of(lost_glyphs(density, []))) == 5
    assert len(boxes_of(lost_glyphs(density, [around(50, 180, 80, 206)]))) == 4


def test_a_rule_that_quads_cut_into_short_pieces_is_no_glyph() -> None:
    image = page()
    cv2.line(image, (20, 100), (580, 100), (90, 90, 90), 1)
    quads = [around(left, 80, left + 40, 120) for left in range(40, 560, 80)]
    assert not lost_glyphs(edge_density(image), quads).any()


@pytest.mark.parametrize("size", [(1, 1), (7, 9), (8, 8), (513, 20), (1100, 1030)])
def test_every_tile_has_its_density(size: tuple[int, int]) -> None:
    height, width = size
    image = RNG.integers(0, 2, (height, width, 3), dtype=np.uint8) * 255
    density = edge_density(image)
    assert density.shape == (2, -(-height // TILE), -(-width // TILE))
    assert not edge_density(np.zeros_like(image)).any()
    if min(size) > TILE:
        assert density[:, :-1, :-1].min() > 150


def test_a_large_picture_is_the_same_looked_at_in_strips() -> None:
    image = page(1500, 200)
    for baseline in range(20, 1500, 30):
        write(image, "text", 20, baseline)
    density = edge_density(image)
    above = edge_density(image[: 1500 // TILE * TILE // 2])
    np.testing.assert_array_equal(density[:, : above.shape[1] - 1], above[:, :-1])


def test_pages_and_screens_are_plain_photographs_are_not() -> None:
    dark = np.full((400, 600, 3), 30, np.uint8)
    gradient = np.repeat(np.linspace(0, 255, 600, dtype=np.uint8)[None, :, None], 400, axis=0).repeat(3, axis=2)
    assert is_plain(page())
    assert is_plain(dark)
    assert not is_plain(gradient)
    assert not is_plain(RNG.integers(0, 256, (400, 600, 3), dtype=np.uint8))


def test_the_fullest_squares_come_first_and_share_no_tile() -> None:
    tiles = np.zeros((50, 60), np.uint8)
    tiles[5:9, 5:9] = 1
    tiles[30:38, 40:48] = 1
    boxes = fullest(tiles, 10 * TILE, 3)
    assert len(boxes) == 2
    assert boxes[0].top <= 30 * TILE
    assert boxes[0].bottom >= 38 * TILE
    assert boxes[1].left <= 5 * TILE
    assert fullest(np.zeros((5, 5), np.uint8), 80, 2) == []
    assert boxes_of(tiles) == [Box(40, 40, 72, 72), Box(240, 320, 304, 384)]


def test_the_share_under_a_quad_is_counted_in_tiles() -> None:
    tiles = np.zeros((20, 20), np.uint8)
    tiles[:, 10:] = 1
    assert share_under(around(96, 80, 160, 96), tiles) == 1
    assert share_under(around(0, 80, 60, 96), tiles) == 0
    assert 0.3 < share_under(around(40, 80, 120, 96), tiles) < 0.7


def with_text(framed: bool) -> Image:
    image = page(400, 800)
    for row in range(8):
        write(image, "a window of small things, and what they are for", 50, 80 + 30 * row)
    if framed:
        cv2.rectangle(image, (30, 50), (700, 320), (60, 60, 60), 1)
    return image


@pytest.mark.parametrize("framed", [False, True])
@pytest.mark.parametrize("quarters", [0, 1])
def test_a_high_quad_around_lines_of_small_text_is_a_patch(framed: bool, quarters: int) -> None:
    image = np.ascontiguousarray(np.rot90(with_text(framed), quarters))
    quad = around(30, 50, 700, 320) if quarters == 0 else around(50, 100, 320, 770)
    assert without_patches(edge_density(image), [quad]) == []


@pytest.mark.parametrize("height", [100, 160, 260])
def test_large_letters_are_no_patch(height: int) -> None:
    image = page(400, 1600)
    cv2.putText(image, "SALE 50 Brot", (40, 300), (0, 0, 0), cv2.FontFace("uni"), height)
    rows, columns = np.nonzero(image.min(axis=2) < 128)
    quad = around(columns.min(), rows.min(), columns.max(), rows.max())
    assert without_patches(edge_density(image), [quad]) == [quad]
