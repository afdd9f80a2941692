"""The stages one by one, with the real models, on the samples."""

from collections.abc import Sequence

import numpy as np
import pytest

from ocr_ops.arrays import Image
from ocr_ops.classification import apply_angle, decode_angles, prepare_classification
from ocr_ops.crop import crop_quad
from ocr_ops.ctc import decode_ctc
from ocr_ops.detection import QuadDecoding, SideLimit, decode_quads, prepare_detection
from ocr_ops.image import decode_image
from ocr_ops.reading_order import reading_order
from ocr_ops.recognition import CropBatch, WidthBuckets, batch_by_bucket, crop_width, recognition_tensor
from ocr_ops.results import Angle, Text
from pdserving.config import Settings
from pdserving.config.schema import LocalService
from pdserving.engines import open_engine
from pdserving.models.stages import StageModels, resolve_models
from tests.conftest import SAMPLES
from tests.make_samples import PICTURES

BUCKETS = WidthBuckets(step=32, min_width=64, max_width=2560)


class Stages:
    """Detector, classifier and recogniser, without a server."""

    def __init__(self, models: StageModels) -> None:
        self.models = models
        self.det, self.cls, self.rec = (
            open_engine("paddle", model.folder, LocalService()) for model in (models.det, models.cls, models.rec)
        )

    def crops(self, image: Image) -> list[Image]:
        source = prepare_detection(image, SideLimit(960, "max"), self.models.det.normalisation)
        quads = decode_quads(self.det.run(source.tensor)[0, 0], source, QuadDecoding())
        return [crop_quad(image, quad.points) for quad in reading_order(quads)]

    def angles(self, crops: Sequence[Image]) -> list[Angle]:
        model = self.models.cls
        tensor = np.empty((len(crops), 3, model.height, model.width), np.float32)
        for crop, row in zip(crops, tensor, strict=True):
            prepare_classification(crop, row, model.normalisation)
        return decode_angles(self.cls.run(tensor), 0.9)

    def texts(self, crops: Sequence[Image], batches: Sequence[CropBatch]) -> list[Text]:
        model = self.models.rec
        found: dict[int, Text] = {}
        for batch in batches:
            scores = self.rec.run(recognition_tensor(crops, batch, model.height, model.normalisation))
            widths = [self.width(crops[index]) / batch.bucket for index in batch.indices]
            found.update(zip(batch.indices, decode_ctc(scores, model.characters, widths), strict=True))
        return [found[index] for index in range(len(crops))]

    def width(self, crop: Image) -> int:
        return crop_width(crop.shape[0], crop.shape[1], self.models.rec.height, BUCKETS.widest)


@pytest.fixture(scope="module")
def stages(models: None) -> Stages:
    return Stages(resolve_models(Settings()))


def sample(name: str) -> Image:
    return decode_image((SAMPLES / name).read_bytes(), 10**7)


@pytest.mark.parametrize("name", PICTURES)
def test_a_quad_is_found_for_each_line(stages: Stages, name: str) -> None:
    assert len(stages.crops(sample(name))) == len(PICTURES[name])


@pytest.mark.parametrize("name", ["invoice.png", "notice.jpg", "upside_down.png", "poster.jpg"])
def test_the_classifier_tells_upright_lines_from_those_on_their_head(stages: Stages, name: str) -> None:
    degrees = {angle.degrees for angle in stages.angles(stages.crops(sample(name)))}
    assert degrees == {180 if name == "upside_down.png" else 0}


@pytest.mark.parametrize("name", ["invoice.png", "notice.jpg", "mixed.jpg", "poster.jpg"])
def test_a_lines_text_does_not_depend_on_what_it_is_batched_with(stages: Stages, name: str) -> None:
    crops = stages.crops(sample(name))
    crops = [apply_angle(crop, angle) for crop, angle in zip(crops, stages.angles(crops), strict=True)]
    widths = [stages.width(crop) for crop in crops]
    together = stages.texts(crops, batch_by_bucket(widths, BUCKETS, 10**6, 48))
    alone = stages.texts(crops, batch_by_bucket(widths, BUCKETS, 1, 48))
    assert ["".join(text.text.split()) for text in together] == ["".join(line.split()) for line in PICTURES[name]]
    for one, other in zip(together, alone, strict=True):
        assert one.text == other.text
        assert one.score == pytest.approx(other.score, abs=0.001)


def test_characters_lie_in_their_order_along_the_line(stages: Stages) -> None:
    crops = stages.crops(sample("notice.jpg"))[:1]
    (text,) = stages.texts(crops, [CropBatch(BUCKETS.bucket(stages.width(crops[0])), (0,))])
    assert text.text == "图书馆开放时间"
    assert list(text.columns) == sorted(text.columns)
    # Seven characters of one width: each centre is near the middle of its seventh.
    assert text.columns == pytest.approx([(2 * index + 1) / 14 for index in range(7)], abs=0.06)
