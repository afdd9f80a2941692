import numpy as np
import pytest

from ocr_ops.classification import Angle, apply_angle, decode_angles


def test_only_a_sure_answer_turns_a_crop() -> None:
    probabilities = np.array([(0.09, 0.91), (0.05, 0.95), (0.2, 0.8), (0.97, 0.03), (0.5, 0.5)], np.float32)
    angles = decode_angles(probabilities, 0.9)
    assert [angle.degrees for angle in angles] == [180, 180, 0, 0, 0]
    assert [angle.score for angle in angles] == pytest.approx([0.91, 0.95, 0.8, 0.97, 0.5])


def test_no_crops_have_no_angles() -> None:
    assert decode_angles(np.zeros((0, 2), np.float32), 0.9) == []


def test_an_upside_down_crop_is_turned_and_an_upright_one_left_alone() -> None:
    crop = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    np.testing.assert_array_equal(apply_angle(crop, Angle(180, 1.0)), crop[::-1, ::-1])
    assert apply_angle(crop, Angle(0, 1.0)) is crop
