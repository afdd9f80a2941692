"""`det`: a picture's file in, its text quads in reading order and their crops out."""

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from paddle_serving_server.pipeline.operator import Op

from ocr_ops.arrays import Image
from ocr_ops.crop import crop_quad, whole_crop
from ocr_ops.detection import LOOK_SIDE, DetectionGeometry, Looks, Quad, QuadDecoding, SideLimit, detection_tensor
from ocr_ops.image import decode_image
from ocr_ops.reading_order import reading_order
from ocr_ops.tensors import sigmoid
from pdserving.config.ops import DetectionOptions, DetectionSection
from pdserving.config.schema import Limits
from pdserving.engines import Engine
from pdserving.errors import TooManyLinesError
from pdserving.models.stages import DetectionModel
from pdserving.pipeline.compute_pool import ComputePool
from pdserving.pipeline.page import Page
from pdserving.pipeline.stage_op import StageOp
from pdserving.scheduling import Row

_SMALL_SIDE = 320  # pixels; of a picture with a line or two


class DetectionOp(StageOp[DetectionGeometry]):
    """Decodes the picture, detects its text and cuts the quads out."""

    def __init__(
        self,
        input_op: Op,
        engine: Engine,
        model: DetectionModel,
        section: DetectionSection,
        pool: ComputePool,
        limits: Limits,
    ) -> None:
        super().__init__("det", [input_op], engine, section, pool)
        self._normalisation = model.normalisation
        self._section = section
        self._limits = limits

    def rows(self, page: Page) -> Sequence[Row[DetectionGeometry]]:
        """Decode the picture; one row, and none where the picture is a line or there is nothing in it."""
        started = time.perf_counter()
        image = decode_image(page.encoded, self._limits.max_image_pixels)
        page.encoded = b""
        page.height, page.width = image.shape[:2]
        page.timings_ms["decode"] = 1e3 * (time.perf_counter() - started)
        options = page.options.det
        if not options.enabled:
            points, crop = whole_crop(image)
            page.quads, page.crops = [Quad(points, 1.0)], [crop]
            return []
        page.image = image
        page.looks = Looks(
            image,
            self._quad_decoding(options),
            max_side=self._section.max_side_len,
            limit=_limit(options),
            skip_margins=self._section.skip_margins,
        )
        return self.further_rows_of(page)

    def further_rows_of(self, page: Page) -> Sequence[Row[DetectionGeometry]]:
        """What the detector is to see next of the picture."""
        return [Row(geometry.shape, geometry) for geometry in page.looks.next()] if page.looks else []

    def preprocess(self, page: Page, rows: Sequence[Row[DetectionGeometry]]) -> NDArray[np.float32]:
        """Resize the picture, or what is to be seen of it."""
        tensors = [detection_tensor(_image(page), row.origin, self._normalisation) for row in rows]
        return np.concatenate(tensors) if len(tensors) > 1 else tensors[0]

    def postprocess(self, page: Page, rows: Sequence[Row[DetectionGeometry]], output: NDArray[np.float32]) -> None:
        """Take in the probability maps."""
        if page.looks is None:
            raise RuntimeError("a page without its looks")
        for row, map_of_row in zip(rows, output[:, 0], strict=True):
            page.looks.take(row.origin, sigmoid(map_of_row) if self._engine.logits else map_of_row)

    def finish(self, page: Page) -> None:
        """Crop the quads that were found."""
        if page.looks is None:
            return
        image, looks = _image(page), page.looks
        page.image = page.looks = None
        page.detection_scale = looks.scale
        quads = looks.quads
        if len(quads) > self._limits.max_lines:
            raise TooManyLinesError(
                f"the picture has {len(quads)} lines; the limit max_lines is {self._limits.max_lines}"
            )
        page.quads = reading_order(quads)
        page.crops = [crop_quad(image, quad.points) for quad in page.quads]

    def warm_up_shapes(self) -> list[tuple[int, ...]]:
        """The largest input of the configured limit, on a GPU of any request, and a small one."""
        side, limit = self._section.max_side_len, _limit(self._section)
        if self._engine.devices == 0 and (limit is None or limit.type == "max"):
            side = min(side, LOOK_SIDE if limit is None else limit.length)
        squares = [(3, side, side), (3, _SMALL_SIDE, _SMALL_SIDE)]
        return [(self.batching.most_of_pages(shape), *shape) for shape in squares]

    def expected_shape(self, shape: tuple[int, ...]) -> tuple[int | None, ...]:
        """A probability map of the input's size for each picture."""
        return shape[0], 1, *shape[2:]

    def _quad_decoding(self, options: DetectionOptions) -> QuadDecoding:
        return QuadDecoding(
            thresh=options.thresh,
            box_thresh=options.box_thresh,
            unclip_ratio=options.unclip_ratio,
            max_candidates=self._section.max_candidates,
            min_size=self._section.min_size,
            use_dilation=options.use_dilation,
            score_mode=options.score_mode,
        )


def _limit(options: DetectionOptions) -> SideLimit | None:
    """The size at which the one look is taken; None: what the text needs."""
    if options.limit_side_len is None and options.limit_type == "max":
        return None
    return SideLimit(options.limit_side_len or LOOK_SIDE, options.limit_type)


def _image(page: Page) -> Image:
    if page.image is None:
        raise RuntimeError("a page without its picture")
    return page.image
