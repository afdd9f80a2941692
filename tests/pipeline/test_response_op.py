"""The one string that holds a page's lines."""

import ast
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.detection import Quad
from ocr_ops.text_line import TextLine
from pdserving.pipeline.response_op import format_lines

characters = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)  # no halves of surrogate pairs
points = st.lists(st.integers(0, 60_000), min_size=8, max_size=8)
scores = st.floats(0, 1)


def line(text: str, score: float, coordinates: list[int]) -> TextLine:
    quad = Quad(np.array(coordinates, np.float32).reshape(4, 2), 0.9)
    return TextLine(text, score, quad, None, ())


@given(st.lists(st.builds(line, characters, scores, points), max_size=4))
def test_any_text_survives_as_json_and_as_a_python_literal(lines: list[TextLine]) -> None:
    value = format_lines(lines)
    assert json.loads(value) == ast.literal_eval(value)
    for ((text, score), quad), expected in zip(json.loads(value), lines, strict=True):
        assert text == expected.text
        assert score == pytest.approx(expected.score, abs=1e-5)
        assert quad == expected.quad.points.tolist()


def test_no_lines_are_an_empty_list() -> None:
    assert format_lines([]) == "[]"
