import numpy as np
import pytest

from ocr_ops.arrays import Floats
from ocr_ops.overlap import shared_areas


def box(left: float, top: float, right: float, bottom: float) -> Floats:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32)


def test_each_pair_shares_what_lies_in_both() -> None:
    ones = [box(0, 0, 10, 10), box(20, 20, 30, 40)]
    others = [box(5, 5, 15, 15), box(25, 0, 27, 100), box(10, 10, 20, 20)]
    assert shared_areas(ones, others) == pytest.approx(np.array([(25, 0, 0), (0, 40, 0)]))
    assert shared_areas(others, ones) == pytest.approx(shared_areas(ones, others).T)


def test_boxes_that_meet_may_hold_outlines_that_do_not() -> None:
    corner = np.array([(0, 0), (10, 0), (0, 10)], np.float32)
    assert shared_areas([corner], [box(8, 8, 10, 10)]) == pytest.approx(np.zeros((1, 1)))


def test_of_none_there_is_nothing_to_share() -> None:
    assert shared_areas([], [box(0, 0, 1, 1)]).shape == (0, 1)
    assert shared_areas([box(0, 0, 1, 1)], []).shape == (1, 0)
