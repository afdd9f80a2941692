"""How much of two services' text is equal."""

import pytest

from pdserving.bench.gpu.texts import Answers, differences, equal_lines, equal_percent, judge
from pdserving.bench.gpu.variant import CPU

POSTER = ["春季书展", "SPRING BOOK FAIR", "Hall 4"]


@pytest.mark.parametrize(
    ("found", "equal"),
    [
        (POSTER, 3),
        (["春季书展", "SPRING BOOK FA1R", "Hall 4"], 2),
        (["SPRING BOOK FAIR", "Hall 4"], 2),
        (["春季书展", "SPRING BOOK FAIR", "(", "Hall 4"], 3),
        (["Hall 4", "春季书展", "SPRING BOOK FAIR"], 2),
        ([], 0),
    ],
)
def test_lines_are_equal_where_text_and_order_are(found: list[str], equal: int) -> None:
    assert equal_lines(POSTER, found) == equal


def test_lines_that_are_missing_or_too_many_count_as_wrong() -> None:
    assert equal_percent([[POSTER]], [[POSTER[1:]]]) == pytest.approx(200 / 3)
    assert equal_percent([[POSTER]], [[[*POSTER, "("]]]) == 75


def test_every_answer_counts_and_each_kind_is_told_once() -> None:
    expected: Answers = [[POSTER, POSTER], [[]]]
    found: Answers = [[POSTER, POSTER[:2], POSTER[:2]], [[]]]
    assert equal_percent(expected, found) == pytest.approx(100 * 7 / 9)
    (only,) = differences(["poster.jpg", "blank.png"], expected, found)
    assert (only.picture, only.expected, only.found) == ("poster.jpg", POSTER, POSTER[:2])


def test_pictures_without_text_prove_nothing() -> None:
    assert equal_percent([[[]]], [[[]]]) is None


def test_a_service_passes_by_99_5_percent_and_one_without_answers_is_not_judged() -> None:
    lines = [str(number) for number in range(200)]
    answers = {CPU: [[lines]], "same": [[lines]], "near": [[["x", *lines[1:]]]], "far": [[["x", "y", *lines[2:]]]]}
    outcomes = [verdict.outcome for verdict in judge(["same", "near", "far", "dead"], answers)]
    assert outcomes == ["pass: aim reached", "pass: floor reached", "fail", "not measured"]
    assert judge(["same"], {"same": [[lines]]})[0].outcome == "not measured"
