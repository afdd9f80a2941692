"""The stages one by one, with the real models, on the samples."""

import cv2
import numpy as np
import pytest

from ocr_ops.arrays import Image, as_image
from ocr_ops.classification import apply_angle
from ocr_ops.crop import crop_quad
from ocr_ops.image import decode_image
from tests.make_samples import PICTURES, write_strip
from tests.support.paths import SAMPLES
from tests.support.stages import Stages


@pytest.fixture(scope="module")
def stages(models: None) -> Stages:
    return Stages("ppocrv4", "paddle")


def sample(name: str) -> Image:
    return decode_image((SAMPLES / name).read_bytes(), 10**7)


@pytest.mark.parametrize("name", PICTURES)
def test_a_quad_is_found_for_each_line(stages: Stages, name: str) -> None:
    assert len(stages.crops(sample(name))) == len(PICTURES[name])


@pytest.mark.parametrize("name", ["invoice.png", "notice.jpg", "poster.jpg"])
def test_a_page_with_wide_margins_has_the_text_of_one_without(stages: Stages, name: str) -> None:
    picture = sample(name)
    colour = picture[0, 0].tolist()
    image = as_image(cv2.copyMakeBorder(picture, 150, 200, 250, 100, cv2.BORDER_CONSTANT, value=colour))
    seen, whole = stages.quads(image), stages.quads(image, skip_margins=False)
    assert len(seen) == len(whole) == len(PICTURES[name])
    for one, other in zip(seen, whole, strict=True):
        np.testing.assert_allclose(one.points, other.points, atol=6)
    texts = stages.texts([crop_quad(image, quad.points) for quad in seen])
    assert ["".join(text.text.split()) for text in texts] == ["".join(line.split()) for line in PICTURES[name]]


@pytest.mark.parametrize("name", ["invoice.png", "notice.jpg", "upside_down.png", "poster.jpg"])
def test_the_classifier_tells_upright_lines_from_those_that_are_upside_down(stages: Stages, name: str) -> None:
    degrees = {angle.degrees for angle in stages.angles(stages.crops(sample(name)))}
    assert degrees == {180 if name == "upside_down.png" else 0}


@pytest.mark.parametrize("size", [16, 20, 24, 28])
def test_the_classifier_tells_so_of_lines_of_many_characters_too(stages: Stages, size: int) -> None:
    line = write_strip(["周一至周五图书馆开放时间有变，节假日闭馆，免费入场，请保持安静，" * 2], size, margin=1)
    upright, turned = stages.angles([line, np.ascontiguousarray(line[::-1, ::-1])])
    assert (upright.degrees, turned.degrees) == (0, 180)


@pytest.mark.parametrize("name", ["invoice.png", "notice.jpg", "mixed.jpg", "poster.jpg"])
def test_a_lines_text_does_not_depend_on_what_it_is_batched_with(stages: Stages, name: str) -> None:
    crops = stages.crops(sample(name))
    crops = [apply_angle(crop, angle) for crop, angle in zip(crops, stages.angles(crops), strict=True)]
    together = stages.texts(crops, most=len(crops))
    alone = stages.texts(crops, most=1)
    assert ["".join(text.text.split()) for text in together] == ["".join(line.split()) for line in PICTURES[name]]
    for one, other in zip(together, alone, strict=True):
        assert one.text == other.text
        assert one.score == pytest.approx(other.score, abs=0.001)


def test_characters_lie_in_their_order_along_the_line(stages: Stages) -> None:
    crops = stages.crops(sample("notice.jpg"))[:1]
    (text,) = stages.texts(crops)
    assert text.text == "图书馆开放时间"
    assert list(text.columns) == sorted(text.columns)
    # Seven characters of one width: each centre is near the middle of its seventh.
    assert text.columns == pytest.approx([(2 * index + 1) / 14 for index in range(7)], abs=0.06)
