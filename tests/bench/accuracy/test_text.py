"""How texts are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdserving.bench.accuracy.text import edit_distance, normalised, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Total: 1,284.50 EUR", ["Total:", "1,284.50", "EUR"]),
        ("图书馆", ["图书", "书馆"]),
        ("第 5 页", ["第", "5", "页"]),
        ("カード2枚入り", ["カー", "ード", "2", "枚入", "入り"]),
        ("价格：98", ["价格", ":98"]),
        (" ", []),
    ],
)
def test_words_and_pairs_of_chinese_or_japanese_characters_are_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_what_nobody_can_see_makes_no_difference() -> None:
    assert normalised("共 3 页，  ok") == normalised("共3页, ok")
    assert normalised("two  words ") == "two words" != normalised("twowords")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("98", "86", 2), ("a" * 200, "a" * 199, 1)],
)
def test_the_edit_distance_is_the_fewest_edits(one: str, other: str, expected: int) -> None:
    assert edit_distance(one, other) == expected


@given(st.text("ab", max_size=80), st.text("ab", max_size=80))
def test_the_edit_distance_is_that_of_the_table(one: str, other: str) -> None:
    row = list(range(len(other) + 1))
    for index, character in enumerate(one, 1):
        diagonal, row[0] = row[0], index
        for column, same in enumerate(other, 1):
            edits = min(row[column] + 1, row[column - 1] + 1, diagonal + (character != same))
            diagonal, row[column] = row[column], edits
    assert edit_distance(one, other) == row[-1]
