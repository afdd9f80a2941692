"""Text is found whatever the size and shape of its picture, and the answer says how closely that was looked at."""

import cv2
import numpy as np
import pytest

from ocr_ops.arrays import Image
from tests.make_samples import BLACK, FONT, write_lines
from tests.support.image_files import encode
from tests.support.observing import Metrics
from tests.support.rest import read
from tests.support.running import Service
from tests.support.talking import ask_http, without_blanks

WORDS = ("harbour", "kitchen", "pencil", "market", "evening", "silver", "mountain", "ticket", "bridge", "paper")


def sentence(number: int, words: int) -> str:
    return " ".join([f"{number:03}", *(WORDS[(3 * number + 7 * index) % len(WORDS)] for index in range(words))])


def written(height: int, width: int, size: int, pitch: int, places: list[int], words: int) -> tuple[Image, set[str]]:
    """A white picture with lines of text that begin at these places, from top to bottom, and their texts."""
    image, texts = np.full((height, width, 3), 255, np.uint8), set[str]()
    for row, baseline in enumerate(range(2 * pitch, height - pitch, pitch)):
        for column, left in enumerate(places):
            text = sentence(len(places) * row + column, words)
            cv2.putText(image, text, (left, baseline), BLACK, FONT, size)
            texts.add(without_blanks(text))
    return image, texts


@pytest.mark.parametrize(
    ("height", "width", "size", "pitch", "places", "words"),
    [
        pytest.param(1440, 2560, 14, 40, [60, 900, 1700], 7, id="a screen"),
        pytest.param(2160, 3840, 15, 90, [100, 2200], 8, id="a large screen"),
        pytest.param(7000, 1080, 30, 60, [60], 6, id="a long screenshot"),
        pytest.param(4000, 600, 22, 32, [20], 3, id="a receipt"),
        pytest.param(3508, 2480, 26, 60, [200], 11, id="small print at 300 dpi"),
        pytest.param(600, 9000, 24, 60, [60, 4600], 8, id="a banner"),
        pytest.param(240, 360, 9, 20, [10], 4, id="a small picture"),
    ],
)
def test_small_text_is_read_whatever_the_picture(
    service: Service, height: int, width: int, size: int, pitch: int, places: list[int], words: int
) -> None:
    image, expected = written(height, width, size, pitch, places, words)
    found = {without_blanks(text) for text in ask_http(service, encode(".png", image)).texts}
    # The recogniser may take a letter for another one here and there.
    assert len(expected & found) >= 0.97 * len(expected), sorted(expected - found)[:5]
    assert len(found) <= 1.03 * len(expected)


def test_small_print_is_read_beside_large_letters(service: Service) -> None:
    image, expected = written(2400, 3600, 22, 60, [1900], 7)
    cv2.putText(image, "SALE", (100, 1300), BLACK, FONT, 700)
    found = {without_blanks(text) for text in ask_http(service, encode(".png", image)).texts}
    assert len(expected & found) >= 0.97 * len(expected)
    assert "SALE" in found


def test_glyphs_that_stand_alone_are_found(service: Service) -> None:
    image = np.full((500, 800, 3), 255, np.uint8)
    glyphs = "J1tfjJ1tfj"
    for row in range(8):
        for column, glyph in enumerate(glyphs):
            cv2.putText(image, glyph, (40 + 75 * column, 60 + 55 * row), BLACK, FONT, 24)
    assert len(ask_http(service, encode(".png", image), **{"rec.drop_score": "0"}).texts) >= 0.9 * 8 * len(glyphs)


def test_a_limit_that_is_asked_for_is_one_look_at_that_size(service: Service) -> None:
    image, expected = written(1440, 2560, 14, 40, [60, 900, 1700], 7)
    file = encode(".png", image)
    page = ask_http(service, file, answer="page", **{"det.limit_side_len": "960"}).page
    assert page["detection_scale"] == pytest.approx(960 / 2560, abs=0.02)
    assert len(page["lines"]) < 0.5 * len(expected)
    page = ask_http(service, file, answer="page", **{"det.limit_side_len": "1280", "det.limit_type": "max"}).page
    assert page["detection_scale"] == pytest.approx(0.5, abs=0.02)
    small = encode(".png", write_lines(["small"], 200))
    page = ask_http(service, small, answer="page", **{"det.limit_type": "min"}).page
    assert page["detection_scale"] > 2


@pytest.mark.parametrize(
    ("size", "pitch", "scale"),
    [(60, 150, 0.48), (16, 60, 0.9)],
    ids=["large text is seen shrunk", "small text at its size"],
)
def test_the_answer_says_how_closely_was_looked(service: Service, size: int, pitch: int, scale: float) -> None:
    file = encode(".png", written(2000, 2000, size, pitch, [100], 5)[0])
    (page,) = read(service, file).answer["pages"]
    assert page["detection_scale"] == pytest.approx(scale, abs=0.25 * scale)
    (page,) = read(service, file, det=False).answer["pages"]
    assert page["detection_scale"] is None


def test_the_scale_is_counted(service: Service) -> None:
    before = Metrics(service)
    ask_http(service, encode(".png", write_lines(["Invoice 2024"], 560)))
    after = Metrics(service)
    for bound, counted in (("0.9", 0), ("1.0", 1), ("+Inf", 1)):
        changes = [metrics.value("pdserving_detection_scale_bucket", le=bound) for metrics in (before, after)]
        assert changes[1] - changes[0] == counted
