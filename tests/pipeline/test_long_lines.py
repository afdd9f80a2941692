"""Lines that are longer than the recogniser's widest input, through the whole service."""

from typing import Any

import cv2
import numpy as np
import pytest

from ocr_ops.arrays import Image
from tests.make_samples import FONT, write_lines, write_strip
from tests.support.hub import ask_hub
from tests.support.image_files import encode
from tests.support.running import Service
from tests.support.talking import ask_http, without_blanks

ITEMS = ["chairs of oak", "a table", "lamps", "a sofa", "four shelves", "cups", "a carpet", "curtains", "a mirror"]
SENTENCE = "Delivered on Monday: " + ", ".join(f"{14 * row} {item}" for row, item in enumerate(ITEMS * 2, 1)) + "."
CHINESE = "春季书展四月十八日至二十日在图书馆开放，周一至周五免费入场，节假日闭馆，请保持安静，" * 3


def read(service: Service, image: Image, **options: str) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = ask_http(service, encode(".png", image), answer="page", **options).page["lines"]
    return lines


@pytest.mark.parametrize("text", [SENTENCE, CHINESE], ids=["words", "no blanks"])
@pytest.mark.parametrize("detected", ["true", "false"])
def test_a_line_of_thousands_of_pixels_is_read_whole(service: Service, text: str, detected: str) -> None:
    image = write_strip([text], 30, margin=8)
    assert image.shape[1] * 48 > 1.1 * 2560 * image.shape[0]
    (line,) = read(service, image, **{"det.enabled": detected})
    assert without_blanks(line["text"]) == without_blanks(text)
    assert line["score"] > 0.9
    assert len(line["columns"]) == len(line["text"])


def test_its_words_stand_apart_and_where_they_were_drawn(service: Service) -> None:
    image = write_strip([SENTENCE], 30, margin=8)
    (line,) = read(service, image, **{"det.enabled": "false"})
    assert line["text"] == SENTENCE
    ends = [cv2.getTextSize((0, 0), SENTENCE[: index + 1], (0, 0), FONT, 30)[2] for index in range(len(SENTENCE))]
    middles = [8 + (start + end) / 2 for start, end in zip([0, *ends], ends, strict=False)]
    assert np.array(line["columns"]) * image.shape[1] == pytest.approx(middles, abs=16)


def test_it_is_turned_upright_and_laid_down_as_any_line(service: Service) -> None:
    page = write_lines(["Delivery note 4711", SENTENCE], 200 + write_strip([SENTENCE], 34).shape[1])
    lines = read(service, np.ascontiguousarray(page[::-1, ::-1]))
    assert [without_blanks(line["text"]) for line in lines] == ["Deliverynote4711", without_blanks(SENTENCE)]
    column = np.ascontiguousarray(np.rot90(write_strip([SENTENCE], 30, margin=8), -1))
    (line,) = read(service, column, **{"det.enabled": "false"})
    assert without_blanks(line["text"]) == without_blanks(SENTENCE)


def test_hubs_recogniser_reads_it(service: Service) -> None:
    ((result,),) = ask_hub(service, "ocr_rec", encode(".png", write_strip([SENTENCE], 30, margin=8))).results
    assert result["text"] == SENTENCE


def test_a_picture_as_long_as_a_jpeg_can_be_is_one_line_where_it_is_to_be(service: Service) -> None:
    strip = write_strip([SENTENCE + " "], 15, margin=1)
    image = np.tile(strip, (1, 65_500 // strip.shape[1], 1))
    (line,) = read(service, image, **{"det.enabled": "false"})
    assert line["text"].count("Monday") == line["text"].count("mirror.") == 65_500 // strip.shape[1]
