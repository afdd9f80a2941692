"""Reading a pipeline's result."""

import json

import pytest
from pipeline_results import Line, parse_lines

QUAD = ((1, 2), (30.5, 2), (30.5, 9), (1, 9))


@pytest.mark.parametrize(
    "text", ["plain", 'He said "yes"', "back\\slash", "it's", "欢迎 日本語 한국어", "a\nb", "😀", ""]
)
def test_any_text_comes_through_as_it_was(text: str) -> None:
    assert parse_lines(json.dumps([[[text, 0.5], QUAD]])) == (Line(text, 0.5, QUAD),)


def test_an_image_without_text_has_no_lines() -> None:
    assert parse_lines("[]") == ()


@pytest.mark.parametrize(
    "value",
    [
        "",
        "[('text', 0.9)]",
        "__import__('os')",
        "{}",
        "[1]",
        '[[["text", 0.9], [[1, 2], [3, 4], [5, 6]]]]',
        '[[["text", 0.9], [[1, 2], [3, 4], [5, 6], [7]]]]',
        '[[["text", "0.9"], [[1, 2], [3, 4], [5, 6], [7, 8]]]]',
        '[[["text", true], [[1, 2], [3, 4], [5, 6], [7, 8]]]]',
        '[[["text", NaN], [[1, 2], [3, 4], [5, 6], [7, 8]]]]',
        '[[["text", 0.9], [[1, 2], [3, 4], [5, 6], [7, 1e999]]]]',
        f'[[["text", 0.9], [[1, 2], [3, 4], [5, 6], [7, 1{"0" * 400}]]]]',
        "[[[null, 0.9], [[1, 2], [3, 4], [5, 6], [7, 8]]]]",
        "[" * 100_000,
    ],
)
def test_anything_but_lines_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_lines(value)
