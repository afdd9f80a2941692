"""`rec`: reads the crops, batched with their like by width."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from paddle_serving_server.pipeline.operator import Op

from ocr_ops.ctc import decode_ctc
from ocr_ops.recognition import CropBatch, WidthBuckets, batch_by_bucket, crop_width, recognition_tensor
from ocr_ops.results import Text
from pdserving.config.schema import RecognitionSection
from pdserving.engines import Engine
from pdserving.models.stages import RecognitionModel
from pdserving.pipeline.compute_pool import ComputePool
from pdserving.pipeline.page import Page
from pdserving.pipeline.stage_op import Batch, StageOp

WORK = 5
"""How many times as long as a value of the detector's input one of the recogniser's takes, about (measured)."""


class RecognitionOp(StageOp[CropBatch]):
    """Recognises the text of each crop."""

    def __init__(
        self,
        input_op: Op,
        engine: Engine,
        model: RecognitionModel,
        section: RecognitionSection,
        pool: ComputePool,
    ) -> None:
        super().__init__("rec", [input_op], engine, section.concurrency, pool)
        self._model = model
        self._buckets = WidthBuckets(section.bucket_step, section.min_width, section.max_width)
        self._batch_pixels = section.batch_pixels

    def skips(self, page: Page) -> bool:
        """Whether the request leaves recognition out, or there is nothing to read."""
        return not (page.options.rec.enabled and page.crops)

    def preprocess(self, page: Page) -> Iterator[Batch[CropBatch]]:
        """A batch for each bucket, and more where one would exceed the pixel budget."""
        page.texts = [Text("", 0.0, ())] * len(page.crops)
        height = self._model.height
        widths = [self._width(crop) for crop in page.crops]
        batches = batch_by_bucket(widths, self._buckets, self._batch_pixels, height)
        for batch in batches:
            tensor = recognition_tensor(page.crops, batch, height, self._model.normalisation)
            yield Batch(tensor, batch, only=len(batches) == 1, work=WORK)

    def postprocess(self, page: Page, batch: Batch[CropBatch], output: NDArray[np.float32]) -> None:
        """Decode the scores of a batch to text."""
        bucket, indices = batch.origin.bucket, batch.origin.indices
        widths = [self._width(page.crops[index]) / bucket for index in indices]
        texts = decode_ctc(output, self._model.characters, widths, logits=self._engine.logits)
        for index, text in zip(indices, texts, strict=True):
            page.texts[index] = text

    def finish(self, page: Page) -> None:
        """Drop the crops: they have been read."""
        page.crops = []

    def warm_up_shapes(self) -> list[tuple[int, ...]]:
        """The fullest batch of the widest bucket and of the narrowest; on a GPU of all, so that its memory stays."""
        height = self._model.height
        widest, narrowest = self._buckets.widest, self._buckets.bucket(1)
        on_gpu = self._engine.devices > 0
        widths = range(widest, narrowest - 1, -self._buckets.step) if on_gpu else (widest, narrowest)
        return [(max(1, self._batch_pixels // (height * width)), 3, height, width) for width in widths]

    def expected_shape(self, shape: tuple[int, ...]) -> tuple[int | None, ...]:
        """Scores for each step of the CTC blank and every character of the list (`op.rec.character_list`)."""
        return shape[0], None, 1 + len(self._model.characters)

    def _width(self, crop: NDArray[np.uint8]) -> int:
        height, width = crop.shape[:2]
        return crop_width(height, width, self._model.height, self._buckets.widest)
