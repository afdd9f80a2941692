import numpy as np
import pytest

from ocr_ops.classification import apply_angle, decode_angles, prepare_classification
from ocr_ops.results import Angle
from ocr_ops.tensors import Normalisation

HALF = Normalisation((0.5,) * 3, (0.5,) * 3)


@pytest.mark.parametrize(
    ("size", "width"), [((48, 100), 100), ((24, 60), 120), ((10, 200), 192), ((100, 1), 1), ((30, 41), 66)]
)
def test_a_crop_keeps_its_aspect_ratio_and_zeros_fill_the_right(size: tuple[int, int], width: int) -> None:
    out = np.full((3, 48, 192), 9, np.float32)
    prepare_classification(np.full((*size, 3), 255, np.uint8), out, HALF)
    assert (out[:, :, :width] == 1).all()
    assert (out[:, :, width:] == 0).all()


def test_of_a_crop_longer_than_three_inputs_the_middle_is_seen() -> None:
    crop = np.zeros((48, 1000, 3), np.uint8)
    crop[:, 212 : 212 + 576] = 255
    out = np.full((3, 48, 192), 9, np.float32)
    prepare_classification(crop, out, HALF)
    assert (out == 1).all()


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
