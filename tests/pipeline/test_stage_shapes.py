"""No input that a stage makes is outside the shapes that its engine was built for."""

from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.detection import SideLimit
from ocr_ops.detection.input import detection_size
from ocr_ops.recognition import WidthBuckets, batch_by_bucket
from ocr_ops.tensors import Normalisation
from pdserving.config.schema import DetectionSection, Ops, RecognitionSection
from pdserving.engines.input_shapes import InputShapes
from pdserving.models.stages import ClassificationModel, DetectionModel, RecognitionModel, StageModels
from pdserving.pipeline.stage_shapes import stage_shapes
from tests.running import ROOT

HEIGHT = 48
NORMALISATION = Normalisation((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
MODELS = StageModels(
    DetectionModel(ROOT, NORMALISATION),
    ClassificationModel(ROOT, NORMALISATION, HEIGHT, 192),
    RecognitionModel(ROOT, NORMALISATION, HEIGHT, ("a",)),
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
)
def test_every_detectors_input_is_within_its_shapes(height: int, width: int, asked: int, most: int, kind: str) -> None:
    limit = min(asked, most)
    section = DetectionSection.model_validate({"limit_side_len": limit, "limit_type": kind, "max_side_len": most})
    shapes = stage_shapes(Ops(det=section), MODELS)["det"]
    size = detection_size(height, width, SideLimit(limit, section.limit_type), most)
    assert holds(shapes, (1, 3, *size))
    assert holds(shapes, shapes.usual)


@given(
    widths=st.lists(st.integers(1, 4000), min_size=1, max_size=60),
    step=st.integers(8, 100),
    narrowest=st.integers(8, 500),
    widest=st.integers(500, 3000),
    pixels=st.integers(9216, 589_824),
)
def test_every_recognisers_batch_is_within_its_shapes(
    widths: list[int], step: int, narrowest: int, widest: int, pixels: int
) -> None:
    section = RecognitionSection(bucket_step=step, min_width=narrowest, max_width=widest, batch_pixels=pixels)
    shapes = stage_shapes(Ops(rec=section), MODELS)["rec"]
    buckets = WidthBuckets(step, narrowest, widest)
    for batch in batch_by_bucket(widths, buckets, pixels, HEIGHT):
        assert holds(shapes, (len(batch.indices), 3, HEIGHT, batch.bucket))
    assert holds(shapes, shapes.usual)


def test_the_classifiers_shapes_differ_in_the_number_of_crops_only() -> None:
    shapes = stage_shapes(Ops(), MODELS)["cls"]
    assert (shapes.smallest, shapes.largest) == ((1, 3, 48, 192), (4, 3, 48, 192))
