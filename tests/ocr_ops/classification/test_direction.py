import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.classification import Angle, disagrees, vote

UPRIGHT, TURNED, UNSURE = Angle(0, 0.99), Angle(180, 0.99), Angle(0, 0.7)
LINES = st.lists(st.tuples(st.sampled_from([0, 180]), st.floats(0.5, 1), st.floats(0.2, 30)), max_size=40)


def test_a_page_without_lines_runs_as_usual() -> None:
    assert (vote([], [], 0.9), vote([], [], 0.9, usual=180)) == (0, 180)


def test_a_single_long_line_turns_its_page_and_a_single_short_one_does_not() -> None:
    assert vote([TURNED], [8], 0.9) == 180
    assert vote([TURNED], [2], 0.9) == 0


def test_many_short_lines_turn_a_page() -> None:
    assert vote([TURNED] * 20, [1.2] * 20, 0.9) == 180


def test_a_long_line_outvotes_short_ones() -> None:
    assert vote([UPRIGHT, *[TURNED] * 4], [10, 2, 2, 2, 2], 0.9) == 0
    assert vote([TURNED, *[UPRIGHT] * 2], [10, 1, 1], 0.9) == 180


def test_equal_votes_leave_the_page_as_usual() -> None:
    assert vote([TURNED, UPRIGHT], [9, 9], 0.9) == 0
    assert vote([TURNED, UPRIGHT], [9, 9], 0.9, usual=180) == 180


def test_a_line_that_the_classifier_is_not_sure_of_does_not_vote() -> None:
    assert vote([TURNED, *[UNSURE] * 50], [5] * 51, 0.9) == 180
    assert vote([Angle(180, 0.95)], [9], 0.99) == 0


@given(LINES, st.integers(0, 99))
def test_the_vote_depends_neither_on_the_order_of_the_lines_nor_on_which_way_is_called_upright(
    lines: list[tuple[int, float, float]], seed: int
) -> None:
    angles, ratios = [Angle(degrees, score) for degrees, score, _ in lines], [ratio for *_, ratio in lines]
    found = vote(angles, ratios, 0.9)
    shuffled = np.random.default_rng(seed).permutation(len(lines))
    assert vote([angles[i] for i in shuffled], [ratios[i] for i in shuffled], 0.9) == found
    opposite = [Angle(180 - angle.degrees, angle.score) for angle in angles]
    assert vote(opposite, ratios, 0.9, usual=180) == 180 - found


@pytest.mark.parametrize(
    ("angle", "direction", "expected"),
    [(TURNED, 0, True), (TURNED, 180, False), (UPRIGHT, 180, True), (UPRIGHT, 0, False), (UNSURE, 180, False)],
)
def test_only_a_line_that_the_classifier_is_sure_of_disagrees(angle: Angle, direction: int, expected: bool) -> None:
    assert disagrees(angle, direction, 0.9) == expected
