"""`cls`: turns the crops that stand on their head."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from paddle_serving_server.pipeline.operator import Op

from ocr_ops.classification import apply_angle, decode_angles, prepare_classification
from ocr_ops.results import Angle
from pdserving.config.schema import ClassificationSection
from pdserving.engines import Engine
from pdserving.models.stages import ClassificationModel
from pdserving.pipeline.compute_pool import ComputePool
from pdserving.pipeline.page import Page
from pdserving.pipeline.stage_op import Batch, StageOp


class ClassificationOp(StageOp[range]):
    """Classifies each crop's angle as 0 or 180 degrees and turns it upright."""

    def __init__(
        self,
        input_op: Op,
        engine: Engine,
        model: ClassificationModel,
        section: ClassificationSection,
        pool: ComputePool,
    ) -> None:
        super().__init__("cls", [input_op], engine, section.concurrency, pool)
        self._model = model
        self._batch_size = max(1, section.batch_pixels // (model.height * model.width))

    def skips(self, page: Page) -> bool:
        """Whether the request leaves classification out, or there is nothing to classify."""
        return not (page.options.cls.enabled and page.crops)

    def preprocess(self, page: Page) -> Iterator[Batch[range]]:
        """Batches of a fixed shape."""
        page.angles = [Angle(0, 0.0)] * len(page.crops)
        for start in range(0, len(page.crops), self._batch_size):
            indices = range(start, min(start + self._batch_size, len(page.crops)))
            tensor = np.empty((len(indices), 3, self._model.height, self._model.width), np.float32)
            for row, index in zip(tensor, indices, strict=True):
                prepare_classification(page.crops[index], row, self._model.normalisation)
            yield Batch(tensor, indices, only=len(indices) == len(page.crops))

    def postprocess(self, page: Page, batch: Batch[range], output: NDArray[np.float32]) -> None:
        """Note each crop's angle and turn the crop by it."""
        for index, angle in zip(batch.origin, decode_angles(output, page.options.cls.thresh), strict=True):
            page.angles[index] = angle
            page.crops[index] = apply_angle(page.crops[index], angle)

    def warm_up_shapes(self) -> list[tuple[int, ...]]:
        """A full batch."""
        return [(self._batch_size, 3, self._model.height, self._model.width)]

    def expected_shape(self, shape: tuple[int, ...]) -> tuple[int | None, ...]:
        """Probabilities of 0 and 180 degrees."""
        return shape[0], 2
