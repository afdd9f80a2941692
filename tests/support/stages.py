"""The stages one by one, without a server: detector, classifier and recogniser of a profile on an engine."""

from collections import defaultdict
from collections.abc import Sequence

from ocr_ops.arrays import Image
from ocr_ops.classification import Angle, apply_angle, classification_tensor, decode_angles
from ocr_ops.crop import crop_quad, crop_width
from ocr_ops.detection import DetectionGeometry, Quad, QuadDecoding, SideLimit, decode_quads, detection_tensor
from ocr_ops.reading_order import reading_order
from ocr_ops.recognition import LookAlikes, Text, WidthBuckets, cut, decode_texts, join, recognition_tensor
from pdserving.config import Settings
from pdserving.config.predictor import LocalService
from pdserving.config.schema import EngineName
from pdserving.engines import open_engine
from pdserving.models.stages import resolve_models

BUCKETS = WidthBuckets(step=32, min_width=64, max_width=2560)
DECODING = QuadDecoding(max_candidates=1000)
MAX_SIDE = 4000


class Stages:
    """Detector, classifier and recogniser, without a server; on the CPU, or as `service` says."""

    def __init__(self, profile: str, engine: EngineName, service: LocalService | None = None) -> None:
        self.models = resolve_models(Settings(profile=profile))
        self.det, self.cls, self.rec = (
            open_engine(engine, model.folder, service or LocalService(), bf16=model.bf16)
            for model in self.models.by_stage.values()
        )

    def crops(self, image: Image) -> list[Image]:
        return [crop_quad(image, quad.points) for quad in self.quads(image)]

    def quads(self, image: Image, *, skip_margins: bool = True) -> list[Quad]:
        """The quads of a picture, in reading order."""
        whole = DetectionGeometry.of(image, SideLimit(960, "max"), MAX_SIDE)
        geometry = whole.without_margins(image) if skip_margins else whole
        if geometry is None:
            return []
        tensor = detection_tensor(image, geometry, self.models.det.normalisation)
        return reading_order(decode_quads(self.det.run(tensor, alone=True)[0, 0], geometry, DECODING))

    def angles(self, crops: Sequence[Image]) -> list[Angle]:
        model = self.models.cls
        tensor = classification_tensor(crops, model.height, model.width, model.normalisation)
        return decode_angles(self.cls.run(tensor, alone=True), 0.9)

    def texts(self, crops: Sequence[Image], most: int = 8, look_alikes: LookAlikes | None = None) -> list[Text]:
        """The text of each crop, computed with at most so many of its bucket."""
        pieces = [cut(crop, self.models.rec.height, BUCKETS.widest) for crop in crops]
        parts = [piece.of(crop) for crop, own in zip(crops, pieces, strict=True) for piece in own]
        texts = iter(self._texts_of_pieces(parts, most, look_alikes))
        return [join(own, [next(texts) for _ in own]) for own in pieces]

    def _texts_of_pieces(self, crops: Sequence[Image], most: int, look_alikes: LookAlikes | None) -> list[Text]:
        model = self.models.rec
        found: dict[int, Text] = {}
        for bucket, indices in self.buckets(crops).items():
            for start in range(0, len(indices), most):
                batch = indices[start : start + most]
                lines = [crops[index] for index in batch]
                tensor = recognition_tensor(lines, bucket, model.height, model.normalisation)
                widths = [self.width(line) / bucket for line in lines]
                scores = self.rec.run(tensor, alone=True)
                texts = decode_texts(scores, model.characters, widths, look_alikes=look_alikes)
                found.update(zip(batch, texts, strict=True))
        return [found[index] for index in range(len(crops))]

    def buckets(self, crops: Sequence[Image]) -> dict[int, list[int]]:
        """The indices of the crops of each bucket."""
        members: defaultdict[int, list[int]] = defaultdict(list)
        for index, crop in enumerate(crops):
            members[BUCKETS.bucket(self.width(crop))].append(index)
        return dict(members)

    def width(self, crop: Image) -> int:
        return crop_width(crop, self.models.rec.height, BUCKETS.widest)

    def page(self, image: Image) -> list[Text]:
        """The texts of a picture in reading order."""
        crops = self.crops(image)
        if not crops:
            return []
        crops = [apply_angle(crop, angle) for crop, angle in zip(crops, self.angles(crops), strict=True)]
        return self.texts(crops)
