"""The looks at drawn pages, with the real detector."""

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from ocr_ops.arrays import Image
from ocr_ops.detection import DetectionGeometry, Looks, Quad, QuadDecoding, SideLimit, detection_tensor
from tests.make_samples import BLACK, FONT
from tests.support.stages import Stages

DECODING = QuadDecoding(max_candidates=2000)
MAX_SIDE = 1280


@dataclass(frozen=True)
class Seen:
    """What was seen of an image, look by look, and what was found."""

    looks: list[list[DetectionGeometry]]
    quads: list[Quad]
    scale: float


@pytest.fixture(scope="module")
def stages(models: None) -> Stages:
    return Stages("ppocrv6", "openvino")


def look(stages: Stages, image: Image, limit: SideLimit | None = None) -> Seen:
    looks, seen = Looks(image, DECODING, max_side=MAX_SIDE, limit=limit), []
    while geometries := looks.next():
        seen.append([*geometries])
        for geometry in geometries:
            tensor = detection_tensor(image, geometry, stages.models.det.normalisation)
            looks.take(geometry, stages.det.run(tensor, alone=True)[0, 0])
    return Seen(seen, [*looks.quads], looks.scale)


def page(height: int, width: int, size: int, pitch: int, lefts: list[int], paper: int = 255) -> tuple[Image, int]:
    """A page with lines of text, and how many there are."""
    image, count = np.full((height, width, 3), paper, np.uint8), 0
    ink = BLACK if paper > 128 else (225, 225, 225)
    for row, baseline in enumerate(range(2 * pitch, height - pitch, pitch)):
        for left in lefts:
            cv2.putText(image, f"{row:03} harbour kitchen pencil market", (left, baseline), ink, FONT, size)
            count += 1
    return image, count


def test_large_text_is_seen_once(stages: Stages) -> None:
    image, lines = page(1200, 1600, 40, 100, [60])
    seen = look(stages, image)
    assert [len(geometries) for geometries in seen.looks] == [1]
    assert seen.scale == pytest.approx(0.6, abs=0.02)
    assert len(seen.quads) == lines


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("paper", [255, 30])
def test_small_text_is_found_whichever_way_it_lies(stages: Stages, quarters: int, paper: int) -> None:
    image, lines = page(1440, 2560, 15, 40, [100, 900, 1800], paper)
    seen = look(stages, np.ascontiguousarray(np.rot90(image, quarters)))
    assert lines <= len(seen.quads) <= 1.02 * lines
    assert {geometry.turned for geometry in seen.looks[-1]} == {quarters % 2 == 1}
    widths, heights = ({int(np.ptp(quad.points[:, axis])) for quad in seen.quads} for axis in (0, 1))
    along, across = (widths, heights) if quarters % 2 == 0 else (heights, widths)
    assert min(along) > 200
    assert max(across) < 35


def test_no_window_is_larger_than_the_first_look_may_be(stages: Stages) -> None:
    seen = look(stages, page(2160, 3840, 15, 60, [100, 1000, 2000, 3000])[0])
    assert len(seen.looks[-1]) > 4
    assert all(max(geometry.shape) <= 960 for geometries in seen.looks for geometry in geometries)


def test_what_is_found_already_is_not_looked_at_again(stages: Stages) -> None:
    image, _ = page(1500, 1200, 36, 90, [60])
    cv2.putText(image, "small print at the foot of the page", (60, 1480), BLACK, FONT, 10)
    seen = look(stages, image)
    pixels = sum(np.prod(geometry.shape[1:]) for geometry in seen.looks[-1])
    assert len(seen.looks) > 1
    assert pixels < 0.3 * 1500 * 1200


def test_a_picture_without_text_is_not_looked_at_closely(stages: Stages) -> None:
    noise = np.random.default_rng(7).normal(120, 25, (1500, 2000, 3))
    image = np.clip(noise, 0, 255).astype(np.uint8)
    seen = look(stages, image)
    assert len(seen.looks) <= 2  # the first one, and probes
    assert not seen.quads


def test_nothing_is_seen_of_an_empty_page(stages: Stages) -> None:
    seen = look(stages, np.full((3000, 2000, 3), 255, np.uint8))
    assert (seen.looks, seen.quads) == ([], [])


def test_with_a_limit_there_is_one_look(stages: Stages) -> None:
    image, lines = page(1440, 2560, 15, 40, [100, 900, 1800])
    seen = look(stages, image, SideLimit(960, "max"))
    assert [len(geometries) for geometries in seen.looks] == [1]
    assert seen.scale == pytest.approx(960 / 2560, abs=0.01)
    assert len(seen.quads) < lines
