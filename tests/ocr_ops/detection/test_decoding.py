from dataclasses import replace
from typing import Literal

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.arrays import Floats
from ocr_ops.detection import DetectionGeometry, QuadDecoding, decode_quads
from ocr_ops.detection.rectangle import Rectangle
from pdserving.config.ops import DetectionSection

PLAIN = QuadDecoding(max_candidates=1000)


def geometry_of(probability: Floats, scale_x: float = 1.0, scale_y: float = 1.0) -> DetectionGeometry:
    height, width = probability.shape
    return DetectionGeometry(round(height * scale_y), round(width * scale_x), (height, width))


def blank(height: int = 160, width: int = 320) -> Floats:
    return np.zeros((height, width), np.float32)


def test_the_defaults_are_those_of_the_configuration() -> None:
    configured = DetectionSection()
    assert (
        QuadDecoding(
            max_candidates=PLAIN.max_candidates,
            thresh=configured.thresh,
            box_thresh=configured.box_thresh,
            unclip_ratio=configured.unclip_ratio,
            min_size=configured.min_size,
            use_dilation=configured.use_dilation,
            score_mode=configured.score_mode,
        )
        == PLAIN
    )


def test_a_level_rectangle_grows_by_area_times_ratio_over_perimeter() -> None:
    probability = blank()
    probability[50:71, 100:201] = 0.9
    (quad,) = decode_quads(probability, geometry_of(probability), PLAIN)
    grow = 100 * 20 * 1.5 / 240
    expected = [
        (100 - grow, 50 - grow),
        (200 + grow, 50 - grow),
        (200 + grow, 70 + grow),
        (100 - grow, 70 + grow),
    ]
    np.testing.assert_allclose(quad.points, expected, atol=1)
    assert quad.points.dtype == np.float32
    assert quad.score == pytest.approx(0.9, abs=1e-6)


@pytest.mark.parametrize("degrees", [-60, -30, -10, 10, 30, 60])
def test_a_rotated_rectangle_keeps_its_place_and_angle(degrees: float) -> None:
    probability = blank(320, 320)
    shape = Rectangle((150.0, 150.0), 120.0, 24.0, degrees)
    cv2.fillPoly(probability, [np.rint(shape.corners()).astype(np.int32)], (0.8,))
    (quad,) = decode_quads(probability, geometry_of(probability), PLAIN)
    expected = shape.unclip(1.5).corners()
    for corner in expected:
        assert np.hypot(*(quad.points - corner).T).min() < 2.5


def test_points_scale_back_to_the_image_and_stay_inside() -> None:
    probability = blank()
    probability[2:40, 5:300] = 1
    (quad,) = decode_quads(probability, geometry_of(probability, 2.0, 0.5), PLAIN)
    np.testing.assert_array_equal(quad.points[0], (0, 0))
    assert quad.points[:, 0].max() <= 639
    assert quad.points[2, 1] == pytest.approx((39 + 38 * 295 * 1.5 / 666) / 2, abs=2)


def test_a_weak_quad_is_dropped() -> None:
    probability = blank()
    probability[50:70, 100:200] = 0.59
    assert decode_quads(probability, geometry_of(probability), PLAIN) == []
    assert len(decode_quads(probability, geometry_of(probability), replace(PLAIN, box_thresh=0.5))) == 1


def test_the_slow_score_looks_within_the_contour_only() -> None:
    probability = blank()
    corner = np.array([(50, 20), (150, 20), (150, 40), (70, 40), (70, 120), (50, 120)], np.int32)
    cv2.fillPoly(probability, [corner], (0.9,))
    (fast,) = decode_quads(probability, geometry_of(probability), replace(PLAIN, score_mode="fast", box_thresh=0.1))
    (slow,) = decode_quads(probability, geometry_of(probability), replace(PLAIN, score_mode="slow", box_thresh=0.1))
    assert fast.score < 0.5
    assert slow.score == pytest.approx(0.9, abs=0.01)


def test_specks_are_dropped() -> None:
    probability = blank()
    probability[10, 10] = probability[30:32, 30:32] = probability[50, 50:150] = 1
    assert decode_quads(probability, geometry_of(probability), PLAIN) == []


def test_a_quad_of_three_image_pixels_is_dropped() -> None:
    probability = blank()
    probability[50:60, 100:200] = 1
    assert len(decode_quads(probability, geometry_of(probability), PLAIN)) == 1
    assert decode_quads(probability, geometry_of(probability, 0.1, 0.1), PLAIN) == []


def test_dilation_joins_what_is_a_pixel_apart() -> None:
    probability = blank()
    probability[50:70, 100:200] = 1
    probability[50:70, 150] = 0
    assert len(decode_quads(probability, geometry_of(probability), PLAIN)) == 2
    assert len(decode_quads(probability, geometry_of(probability), replace(PLAIN, use_dilation=True))) == 1


def test_the_largest_candidates_come_first_when_there_are_too_many() -> None:
    probability = blank()
    for index, width in enumerate((20, 90, 40)):
        probability[20 + 40 * index : 32 + 40 * index, 20 : 20 + width] = 1
    (quad,) = decode_quads(probability, geometry_of(probability), replace(PLAIN, max_candidates=1))
    assert np.ptp(quad.points[:, 0]) > 90


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_no_probabilities_give_no_quad(value: float) -> None:
    probability = blank()
    probability[50:70, 100:200] = 1
    probability[60, 150] = value
    assert decode_quads(probability, geometry_of(probability), PLAIN) == []


def test_a_map_of_another_size_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"\(160, 320\).*\(96, 160\)"):
        decode_quads(blank(), geometry_of(blank(96, 160)), PLAIN)


@st.composite
def probability_maps(draw: st.DrawFn) -> Floats:
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    probability = blank(draw(st.sampled_from([32, 64, 96])), draw(st.sampled_from([32, 96, 160])))
    for _ in range(draw(st.integers(0, 12))):
        triangle = rng.integers(-10, 170, (draw(st.integers(1, 5)), 2)).astype(np.int32)
        cv2.fillPoly(probability, [triangle], (float(rng.uniform(0.2, 1)),))
    if draw(st.booleans()):
        probability = np.clip(probability + rng.normal(0, 0.3, probability.shape), 0, 1).astype(np.float32)
    return probability


@given(
    probability=probability_maps(),
    scale=st.floats(0.05, 20),
    mode=st.sampled_from(["fast", "slow"]),
    min_size=st.integers(0, 5),
)
def test_quads_are_clockwise_whole_and_inside_the_image(
    probability: Floats, scale: float, mode: Literal["fast", "slow"], min_size: int
) -> None:
    geometry = geometry_of(probability, scale, scale)
    for quad in decode_quads(probability, geometry, replace(PLAIN, score_mode=mode, min_size=min_size, box_thresh=0.3)):
        x, y = quad.points.astype(np.float64).T
        assert x.min() >= 0
        assert y.min() >= 0
        assert x.max() <= geometry.width - 1
        assert y.max() <= geometry.height - 1
        assert (quad.points == np.rint(quad.points)).all()
        assert (x * np.roll(y, -1) - np.roll(x, -1) * y).sum() >= 0
        assert x[0] + y[0] == (x + y).min()
        assert 0.3 <= quad.score <= 1
