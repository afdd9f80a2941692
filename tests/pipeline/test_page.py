"""Which of a page's quads are lines."""

import numpy as np
import pytest

from ocr_ops.detection import Quad
from ocr_ops.recognition import Text
from pdserving.config import Settings
from pdserving.config.request_options import parse_options
from pdserving.pipeline.page import Page
from pdserving.pipeline.response_op import format_lines, page_answer

SETTINGS = Settings()


def page(texts: list[str], **options: str) -> Page:
    """A page of lines below each other that were read with a score of 0.9."""
    quads = [
        Quad(np.array([(5, top), (95, top), (95, top + 9), (5, top + 9)], np.float32), 0.9)
        for top in range(10, 10 + 20 * len(texts), 20)
    ]
    read = [Text(text, 0.9, tuple(np.linspace(0.1, 0.9, len(text)))) for text in texts]
    named = {key.replace("_", ".", 1): value for key, value in options.items()}
    return Page(b"", parse_options(named, SETTINGS.op), width=100, height=400, quads=quads, texts=read)


@pytest.mark.parametrize("blanks", [" ", "   ", "\u3000", "\t", "\u00a0 \u2003", ""])
def test_a_line_of_blanks_alone_is_no_line(blanks: str) -> None:
    found = page(["first", blanks, "last"])
    assert [line.text for line in found.lines()] == ["first", "last"]
    assert [line.text for line in page_answer(found).lines] == ["first", "last"]
    assert format_lines(page([blanks]).lines()) == "[]"


def test_blanks_within_and_around_a_text_are_kept() -> None:
    assert [line.text for line in page([" a b ", "一　二"]).lines()] == [" a b ", "一　二"]


def test_a_line_below_the_score_is_left_out() -> None:
    assert page(["read"], rec_drop_score="0.95").lines() == []
    assert len(page(["read"], rec_drop_score="0.9").lines()) == 1


def test_without_recognition_every_quad_is_a_line() -> None:
    assert [line.text for line in page(["", " "], rec_enabled="false").lines()] == ["", ""]
