"""The measures, on answers made by hand."""

from dataclasses import replace

import pytest

from pdserving.bench.accuracy.measures import (
    CHARACTER_ERRORS,
    EXACT,
    HMEAN,
    ORDER,
    PRECISION,
    RECALL,
    Counts,
    compare,
)
from pdserving.bench.accuracy.truth import Line


def line(text: str, left: float, top: float, width: float = 100, height: float = 20) -> Line:
    right, bottom = left + width, top + height
    return Line(text, ((left, top), (right, top), (right, bottom), (left, bottom)))


TRUTH = [line("one two", 0, 0), line("three four", 0, 40), line("five six", 0, 80), line("seven", 0, 120)]


def figures(answer: list[Line], truth: list[Line] | None = None) -> dict[str, float | None]:
    return dict(compare(TRUTH if truth is None else truth, answer)[0].figures())


def test_the_truth_itself_is_faultless() -> None:
    assert figures(TRUTH) == {RECALL: 1, PRECISION: 1, EXACT: 1, CHARACTER_ERRORS: 0, ORDER: 1, HMEAN: 1}


def test_an_empty_answer_has_nothing_and_no_order() -> None:
    expected = {RECALL: 0, PRECISION: None, EXACT: 0, CHARACTER_ERRORS: 1, ORDER: None, HMEAN: 0}
    assert figures([]) == expected


def test_a_page_without_text_is_judged_by_what_was_invented() -> None:
    found = figures([line("ghost", 0, 0)], [])
    assert (found[RECALL], found[PRECISION], found[HMEAN]) == (None, 0, 0)
    assert set(figures([], []).values()) == {None}


def test_words_count_wherever_on_the_page_they_are_found_and_each_once() -> None:
    found = figures([line("two six six", 500, 500)])
    assert found[RECALL] == pytest.approx(2 / 7)
    assert found[PRECISION] == pytest.approx(2 / 3)


def test_a_wrong_letter_costs_its_word_its_line_and_one_edit() -> None:
    answer = [replace(TRUTH[0], text="one twa"), *TRUTH[1:]]
    found = figures(answer)
    assert found[RECALL] == pytest.approx(6 / 7)
    assert found[EXACT] == 0.75
    assert found[CHARACTER_ERRORS] == pytest.approx(1 / 30)
    assert (found[ORDER], found[HMEAN]) == (1, 1)


def test_a_line_found_in_pieces_is_put_together_in_the_order_in_which_they_came() -> None:
    pieces = [line("one", 0, 0, 45), line("two", 55, 0, 45)]
    counts, read = compare(TRUTH[:1], pieces)
    assert (read[0].read, read[0].edits, counts.exact_lines) == ("one two", 0, 0)
    assert compare(TRUTH[:1], pieces[::-1])[1][0].read == "two one"


def test_two_lines_read_as_one_are_in_order_and_the_text_belongs_to_one_of_them() -> None:
    cells = [line("98", 0, 0, 60), line("86", 70, 0, 40), line("next", 0, 40)]
    counts, read = compare(cells, [line("98 86", 0, 0, 110), line("next", 0, 40)])
    assert [entry.read for entry in read] == ["98 86", "", "next"]
    assert counts.figures()[ORDER] == 1
    assert counts.figures()[RECALL] == 1


def test_what_was_read_where_nothing_stands_counts_as_character_errors() -> None:
    assert figures([*TRUTH, line("ghost", 500, 500)])[CHARACTER_ERRORS] == pytest.approx(5 / 30)


@pytest.mark.parametrize(
    ("order", "expected"),
    [([0, 1, 2, 3], 1), ([3, 2, 1, 0], 0), ([0, 2, 1, 3], 0), ([2, 3, 0, 1], 2 / 3), ([0, 3], 0), ([0, 1, 3], 1)],
)
def test_order_is_the_part_of_neighbours_of_which_the_second_comes_next(order: list[int], expected: float) -> None:
    ghost = line("ghost", 500, 500)
    found = figures([part for index in order for part in (TRUTH[index], ghost)])[ORDER]
    assert found == (None if len(order) == 2 else pytest.approx(expected))


def test_columns_read_across_are_out_of_order() -> None:
    columns = [line(f"{column}{row}", 200 * column, 40 * row) for column in range(2) for row in range(5)]
    across = sorted(columns, key=lambda entry: entry.quad[0][1])
    assert figures(across, columns)[ORDER] == 0


def test_labels_without_a_place_in_the_order_are_left_out_of_it() -> None:
    labels = [replace(entry, ordered=False) for entry in TRUTH[2:]]
    assert figures([labels[1], *TRUTH[:2], labels[0]], [*TRUTH[:2], *labels])[ORDER] == 1


def test_a_quad_is_found_from_half_of_the_union_on_and_once() -> None:
    assert figures([line("one two", 33, 0)], TRUTH[:1])[HMEAN] == 1
    assert figures([line("one two", 34, 0)], TRUTH[:1])[HMEAN] == 0
    assert figures([TRUTH[0], TRUTH[0]], TRUTH[:1])[HMEAN] == pytest.approx(2 / 3)


def test_a_quad_is_the_same_whichever_corner_comes_first_and_however_it_leans() -> None:
    leaning = Line("one", ((0, 0), (100, 50), (90, 70), (-10, 20)))
    first, second, third, fourth = leaning.quad
    for quad in ((third, fourth, first, second), (fourth, third, second, first)):
        assert figures([Line("one", quad)], [leaning])[HMEAN] == 1
    upright = Line("one", ((-10, 0), (100, 0), (100, 70), (-10, 70)))
    assert figures([upright], [leaning])[HMEAN] == 0


def test_counts_of_pages_add_up() -> None:
    one, other = compare(TRUTH, TRUTH)[0], compare(TRUTH, [])[0]
    assert (one + other).figures()[RECALL] == 0.5
    assert one + Counts() == one
