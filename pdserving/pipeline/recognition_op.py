"""`rec`: reads the crops, batched with their like by width."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from paddle_serving_server.pipeline.operator import Op

from ocr_ops.arrays import Image
from ocr_ops.crop import crop_width
from ocr_ops.recognition import (
    LookAlikes,
    Text,
    WidthBuckets,
    cut,
    decode_texts,
    join,
    recognition_tensor,
    settle,
)
from pdserving.config.ops import RecognitionSection
from pdserving.engines import Engine
from pdserving.models.stages import RecognitionModel
from pdserving.pipeline.compute_pool import ComputePool
from pdserving.pipeline.page import Page
from pdserving.pipeline.readings import choose_readings, readings
from pdserving.pipeline.stage_op import StageOp
from pdserving.scheduling import Row, Shape


class RecognitionOp(StageOp[int]):
    """Recognises the text of each crop, in more ways than one where its direction is in doubt."""

    work = 5  # a pixel of its input takes about five times as long as one of the detector's (measured)

    def __init__(
        self,
        input_op: Op,
        engine: Engine,
        model: RecognitionModel,
        section: RecognitionSection,
        pool: ComputePool,
    ) -> None:
        super().__init__("rec", [input_op], engine, section, pool)
        self._model = model
        self._look_alikes = LookAlikes(model.characters)
        self._buckets = WidthBuckets(section.bucket_step, section.min_width, section.max_width)

    def skips(self, page: Page) -> bool:
        """Whether the request leaves recognition out, or there is nothing to read."""
        return not (page.options.rec.enabled and page.crops)

    def rows(self, page: Page) -> Sequence[Row[int]]:
        """A row for each piece of each reading, as wide as its bucket."""
        page.readings = readings(page)
        page.pieces = [
            (reading, piece)
            for reading in page.readings
            for piece in cut(page.crop_of(reading), self._model.height, self._buckets.widest)
        ]
        page.texts = [Text("", 0.0, ())] * len(page.pieces)
        widths = (self._width(_crop(page, index)) for index in range(len(page.pieces)))
        return [Row(self._shape(self._buckets.bucket(width)), index) for index, width in enumerate(widths)]

    def preprocess(self, page: Page, rows: Sequence[Row[int]]) -> NDArray[np.float32]:
        """Resize the crops of a bucket."""
        _, height, bucket = rows[0].shape
        crops = [_crop(page, row.origin) for row in rows]
        return recognition_tensor(crops, bucket, height, self._model.normalisation)

    def postprocess(self, page: Page, rows: Sequence[Row[int]], output: NDArray[np.float32]) -> None:
        """Decode the crops' scores to text."""
        _, _, bucket = rows[0].shape
        crops = [_crop(page, row.origin) for row in rows]
        widths = [self._width(crop) / bucket for crop in crops]
        texts = decode_texts(
            output, self._model.characters, widths, logits=self._engine.logits, look_alikes=self._look_alikes
        )
        for row, text, crop in zip(rows, texts, crops, strict=True):
            page.texts[row.origin] = settle(text, crop)

    def finish(self, page: Page) -> None:
        """Join the pieces, choose among the readings, and drop the crops: they have been read."""
        texts = iter(page.texts)
        page.texts = [
            join([piece for _, piece in pieces], [next(texts) for _ in pieces])
            for pieces in (list(own) for _, own in groupby(page.pieces, lambda pair: pair[0]))
        ]
        choose_readings(page)
        page.crops, page.pieces, page.set_aside = [], [], {}

    def warm_up_shapes(self) -> list[tuple[int, ...]]:
        """The fullest batch of the widest bucket and of the narrowest; on a GPU of all, so that its memory stays."""
        widest, narrowest = self._buckets.widest, self._buckets.bucket(1)
        on_gpu = self._engine.devices > 0
        buckets = range(widest, narrowest - 1, -self._buckets.step) if on_gpu else (widest, narrowest)
        return [(self.batching.most(shape), *shape) for shape in map(self._shape, buckets)]

    def expected_shape(self, shape: tuple[int, ...]) -> tuple[int | None, ...]:
        """Scores for each step of the CTC blank and every character of the list (`op.rec.character_list`)."""
        return shape[0], None, 1 + len(self._model.characters)

    def _shape(self, bucket: int) -> Shape:
        return 3, self._model.height, bucket

    def _width(self, crop: Image) -> int:
        return crop_width(crop, self._model.height, self._buckets.widest)


def _crop(page: Page, index: int) -> Image:
    """What is read of a piece, as a view."""
    reading, piece = page.pieces[index]
    return piece.of(page.crop_of(reading))
