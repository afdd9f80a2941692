"""`cls`: finds the direction of the page and its lines, and turns the crops whose text is upside down."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from paddle_serving_server.pipeline.operator import Op

from ocr_ops.classification import Angle, apply_angle, classification_tensor, decode_angles
from pdserving.config.ops import ClassificationSection
from pdserving.engines import Engine
from pdserving.models.stages import ClassificationModel
from pdserving.pipeline.compute_pool import ComputePool
from pdserving.pipeline.direction import settle_direction
from pdserving.pipeline.page import Page
from pdserving.pipeline.stage_op import StageOp
from pdserving.scheduling import Row


class ClassificationOp(StageOp[int]):
    """Classifies each crop's angle as 0 or 180 degrees, lets them vote, and turns the crops upright."""

    def __init__(
        self,
        input_op: Op,
        engine: Engine,
        model: ClassificationModel,
        section: ClassificationSection,
        pool: ComputePool,
    ) -> None:
        super().__init__("cls", [input_op], engine, section, pool)
        self._model = model
        self._shape = (3, model.height, model.width)

    def skips(self, page: Page) -> bool:
        """Whether the request leaves classification out, or there is nothing to classify."""
        return not (page.options.cls.enabled and page.crops)

    def rows(self, page: Page) -> Sequence[Row[int]]:
        """A row for each crop, all of one shape."""
        page.angles = [Angle(0, 0.0)] * len(page.crops)
        return [Row(self._shape, index) for index in range(len(page.crops))]

    def preprocess(self, page: Page, rows: Sequence[Row[int]]) -> NDArray[np.float32]:
        """Resize the crops."""
        crops = [page.crops[row.origin] for row in rows]
        return classification_tensor(crops, self._model.height, self._model.width, self._model.normalisation)

    def postprocess(self, page: Page, rows: Sequence[Row[int]], output: NDArray[np.float32]) -> None:
        """Note each crop's angle."""
        for row, angle in zip(rows, decode_angles(output, page.options.cls.thresh), strict=True):
            page.angles[row.origin] = angle

    def finish(self, page: Page) -> None:
        """Turn the crops: those of lines that were found as their page runs, a picture that is one line as it does."""
        if not page.angles:
            return
        if page.options.det.enabled:
            settle_direction(page)
        page.crops = [apply_angle(crop, angle) for crop, angle in zip(page.crops, page.angles, strict=True)]

    def warm_up_shapes(self) -> list[tuple[int, ...]]:
        """A full batch."""
        return [(self.batching.most(self._shape), *self._shape)]

    def expected_shape(self, shape: tuple[int, ...]) -> tuple[int | None, ...]:
        """Probabilities of 0 and 180 degrees."""
        return shape[0], 2
