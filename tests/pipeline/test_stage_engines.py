"""No input that a stage makes is outside the shapes that its engine was built for."""

from typing import Literal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.detection import DetectionGeometry, SideLimit
from ocr_ops.recognition import WidthBuckets
from ocr_ops.tensors import Normalisation
from pdserving.config.ops import DetectionSection, Ops, RecognitionSection
from pdserving.engines.engine import InputShapes
from pdserving.models.stages import ClassificationModel, DetectionModel, RecognitionModel, StageModels
from pdserving.pipeline.stage_engines import stage_shapes
from pdserving.pipeline.stage_op import stage_batching
from tests.support.paths import ROOT

HEIGHT = 48
NORMALISATION = Normalisation((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
MODELS = StageModels(
    DetectionModel(ROOT, NORMALISATION, False),
    ClassificationModel(ROOT, NORMALISATION, False, HEIGHT, 192),
    RecognitionModel(ROOT, NORMALISATION, False, HEIGHT, ("a",)),
)


def holds(shapes: InputShapes, shape: tuple[int, ...]) -> bool:
    ordered = zip(shapes.smallest, shape, shapes.largest, strict=True)
    return all(least <= size <= most for least, size, most in ordered)


@given(
    height=st.integers(1, 5000),
    width=st.integers(1, 5000),
    asked=st.integers(32, 2048),
    most=st.integers(32, 2048),
    kind=st.sampled_from(["max", "min"]),
    pixels=st.integers(1024, 10_000_000),
    size=st.integers(1, 8),
)
def test_every_detectors_batch_is_within_its_shapes(
    height: int, width: int, asked: int, most: int, kind: Literal["max", "min"], pixels: int, size: int
) -> None:
    limit = min(asked, most)
    section = DetectionSection(
        limit_side_len=limit, limit_type=kind, max_side_len=most, batch_pixels=pixels, batch_size=size
    )
    shapes = stage_shapes(Ops(det=section), MODELS)["det"]
    image = np.broadcast_to(np.uint8(0), (height, width, 3))
    shape = DetectionGeometry.of(image, SideLimit(limit, kind), most).shape
    batching = stage_batching(section)
    for rows in {1, batching.most(shape) if batching.shared else 1}:
        assert holds(shapes, (rows, *shape))
    assert holds(shapes, shapes.usual)


@given(
    width=st.integers(1, 4000),
    step=st.integers(8, 100),
    narrowest=st.integers(8, 500),
    widest=st.integers(500, 3000),
    pixels=st.integers(9216, 589_824),
    size=st.integers(1, 64),
)
def test_every_recognisers_batch_is_within_its_shapes(
    width: int, step: int, narrowest: int, widest: int, pixels: int, size: int
) -> None:
    section = RecognitionSection(
        bucket_step=step, min_width=narrowest, max_width=widest, batch_pixels=pixels, batch_size=size
    )
    shapes = stage_shapes(Ops(rec=section), MODELS)["rec"]
    shape = (3, HEIGHT, WidthBuckets(step, narrowest, widest).bucket(width))
    for rows in {1, stage_batching(section).most(shape)}:
        assert holds(shapes, (rows, *shape))
    assert holds(shapes, shapes.usual)


def test_the_classifiers_shapes_differ_in_the_number_of_crops_only() -> None:
    shapes = stage_shapes(Ops(), MODELS)["cls"]
    assert (shapes.smallest, shapes.largest) == ((1, 3, 48, 192), (4, 3, 48, 192))
