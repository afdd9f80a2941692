import tracemalloc
from collections.abc import Callable, Sequence
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.arrays import Image
from ocr_ops.crop import crop_width
from ocr_ops.image import decode_image
from ocr_ops.recognition import Piece, Text, cut, join
from tests.make_samples import FONT, write_strip

HEIGHT, WIDEST = 48, 640
SENTENCE = "Twelve chairs and a table of oak were delivered on Monday morning, paid in cash and carried up to the flat"
PITCH = 16  # pixels from glyph to glyph of a line whose truth is known


def drawn_words(size: int) -> tuple[Image, list[tuple[int, int]]]:
    """A line of words, and where each blank begins and ends."""
    image, x, blanks = np.full((round(1.5 * size), 240 * size, 3), 255, np.uint8), size, []
    for word in SENTENCE.split() * 3:
        cv2.putText(image, word, (x, round(1.1 * size)), (0, 0, 0), FONT, size)
        end = x + cv2.getTextSize((0, 0), word, (0, 0), FONT, size)[2]
        x = end + round(0.3 * size)
        blanks.append((end - 2, x + 2))
    return image[:, :x], blanks


def noisy(image: Image) -> Image:
    noise = np.random.default_rng(5).normal(0, 18, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def shaded(image: Image) -> Image:
    """The image under a light that comes and goes four times along it."""
    light = 0.75 + 0.25 * np.sin(np.linspace(0, 8 * np.pi, image.shape[1]))
    return (image * light[None, :, None]).astype(np.uint8)


def underlined(image: Image) -> Image:
    ruled = image.copy()
    ruled[-4:-2] = (40, 40, 200)
    return ruled


def compressed(image: Image) -> Image:
    _, file = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, 35))
    return decode_image(file.tobytes(), image.size)


def dark(image: Image) -> Image:
    return 255 - image // 8 * 7


def glyphs_between(text: str, start: int, end: int, jitter: Sequence[float]) -> Text:
    """What is read of a line with a glyph every so many pixels: those whose centre lies between two columns."""
    found = [
        (character, (PITCH * (index + 0.5) + off - start) / (end - start))
        for index, (character, off) in enumerate(zip(text, jitter, strict=True))
        if start <= PITCH * (index + 0.5) < end
    ]
    return Text("".join(character for character, _ in found), 0.9, tuple(min(1, max(0, x)) for _, x in found))


def test_a_line_that_fits_is_one_piece() -> None:
    assert cut(np.zeros((24, 320, 3), np.uint8), HEIGHT, WIDEST) == [Piece(0, 320, 0)]


@given(st.integers(1, 60), st.integers(1, 3000), st.sampled_from((64, 640, 2560)), st.integers(0, 3))
def test_pieces_cover_the_line_and_fit_the_widest_input(height: int, width: int, widest: int, seed: int) -> None:
    crop = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    pieces = cut(crop, HEIGHT, widest)
    assert (pieces[0].start, pieces[0].cut, pieces[-1].end) == (0, 0, width)
    for piece, following in pairwise(pieces):
        assert following.start <= following.cut <= piece.end
        assert following.cut - following.start == piece.end - following.cut
        assert piece.cut < following.cut < following.end
    if len(pieces) < 100:
        assert all(crop_width(piece.of(crop), HEIGHT, 10**9) <= widest for piece in pieces)


def test_a_line_of_one_pixels_height_has_a_bounded_number_of_pieces() -> None:
    assert 100 < len(cut(np.zeros((1, 1_000_000, 3), np.uint8), HEIGHT, WIDEST)) < 150


@pytest.mark.parametrize("size", [14, 30, 60])
@pytest.mark.parametrize("damage", [np.array, dark, noisy, shaded, underlined, compressed])
def test_a_line_is_cut_at_blanks_between_words(size: int, damage: Callable[[Image], Image]) -> None:
    image, blanks = drawn_words(size)
    pieces = cut(damage(image), HEIGHT, 1280)
    assert len(pieces) > 3
    for piece in pieces[1:]:
        assert piece.start == piece.cut
        assert any(first <= piece.cut <= last for first, last in blanks)


@pytest.mark.parametrize("text", ["天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往" * 4, "2f9d0c3e7b826a4455c3" * 6])
def test_pieces_share_a_glyph_on_each_side_of_a_cut_where_no_blank_is_near(text: str) -> None:
    image = write_strip([text], 30)
    pieces = cut(image, HEIGHT, WIDEST)
    assert len(pieces) > 2
    assert all(piece.cut - piece.start >= 30 for piece in pieces[1:])


def test_a_long_crop_is_not_copied() -> None:
    crop = np.zeros((300, 60_000, 3), np.uint8)
    tracemalloc.start()
    try:
        cut(crop, HEIGHT, 2560)
        assert tracemalloc.get_traced_memory()[1] < crop.nbytes / 10
    finally:
        tracemalloc.stop()


def test_one_piece_is_the_line() -> None:
    text = Text("Gate B", 0.9, (0.1, 0.2, 0.3, 0.4, 0.5, 0.9))
    assert join([Piece(0, 300, 0)], [text]) == text


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        ("at the", "gate", "at the gate"),
        ("at the ", " gate", "at the gate"),
        ("Tor 3, ", "东门", "Tor 3,东门"),
        ("出 口，", "Gate", "出 口，Gate"),
        ("えき ", "です", "えきです"),
        ("한국어 글", "자", "한국어 글 자"),
        ("2f9d", "1c0e", "2f9d1c0e"),
        ("at the", "", "at the"),
        ("", "the gate", "the gate"),
        ("", "", ""),
    ],
)
def test_a_blank_is_put_where_the_line_is_cut_between_words(left: str, right: str, joined: str) -> None:
    texts = [Text(text, 0.9, tuple(np.linspace(0.1, 0.9, len(text)).tolist())) for text in (left, right)]
    text = join([Piece(0, 200, 0), Piece(200, 400, 200)], texts)
    assert text.text == joined
    assert len(text.columns) == len(joined)


def test_places_are_of_the_whole_line_and_the_score_is_of_all_that_was_read() -> None:
    texts = [Text("a b", 0.9, (0.2, 0.5, 0.8)), Text("c", 0.5, (0.5,))]
    text = join([Piece(0, 100, 0), Piece(100, 400, 100)], texts)
    assert text.text == "a b c"
    assert text.columns == pytest.approx((0.05, 0.125, 0.2, 0.25, 0.625))
    assert text.score == pytest.approx((3 * 0.9 + 0.5) / 4)


@given(st.data())
def test_what_two_pieces_share_is_told_once(data: st.DataObject) -> None:
    words = data.draw(st.lists(st.text("ab1l中", min_size=1, max_size=9), min_size=8, max_size=20))
    text = " ".join(words)
    width = PITCH * len(text)
    place = data.draw(st.integers(width // 3, 2 * width // 3))
    pieces = [Piece(0, place + 40, 0), Piece(place - 40, width, place)]
    jitter = st.lists(st.floats(-2, 2), min_size=len(text), max_size=len(text))
    texts = [glyphs_between(text, piece.start, piece.end, data.draw(jitter)) for piece in pieces]
    joined = join(pieces, texts)
    assert joined.text == text
    truth = [(index + 0.5) / len(text) for index in range(len(text))]
    assert joined.columns == pytest.approx(truth, abs=3 / width)


def test_a_glyph_that_the_end_of_a_piece_cuts_is_told_as_the_other_has_it() -> None:
    pieces = [Piece(0, 240, 0), Piece(160, 400, 200)]
    left = Text("the garc", 0.9, tuple(x / 240 for x in (20, 45, 70, 95, 140, 175, 208, 236)))
    right = Text("ıarden", 0.9, tuple((x - 160) / 240 for x in (162, 176, 207, 240, 270, 300)))
    assert join(pieces, [left, right]).text == "the garden"


@given(st.data())
def test_whatever_was_read_each_character_has_a_place_in_ascending_order(data: st.DataObject) -> None:
    pieces = cut(np.zeros((10, data.draw(st.integers(1, 600)), 3), np.uint8), HEIGHT, WIDEST)
    texts = []
    for _ in pieces:
        text = data.draw(st.text("ab 中1", max_size=12))
        places = data.draw(st.lists(st.floats(0, 1), min_size=len(text), max_size=len(text)))
        texts.append(Text(text, data.draw(st.floats(0.1, 1)) if text else 0.0, tuple(sorted(places))))
    joined = join(pieces, texts)
    assert len(joined.columns) == len(joined.text)
    assert list(joined.columns) == sorted(joined.columns)
    assert all(0 <= place <= 1 for place in joined.columns)
    assert joined.score <= max(text.score for text in texts) + 1e-9
