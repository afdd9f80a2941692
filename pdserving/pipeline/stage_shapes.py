"""The range of shapes that each stage gives its model: it follows from the configuration's budgets and limits."""

from collections.abc import Mapping

from ocr_ops.recognition import WidthBuckets
from pdserving.config.schema import SMALLEST_SIDE, Ops
from pdserving.engines.input_shapes import InputShapes, Shape
from pdserving.models.manifest import Stage
from pdserving.models.stages import StageModels

USUAL_WIDTH = 320  # pixels of a line, the width that PP-OCR's recognisers are trained at


def stage_shapes(op: Ops, models: StageModels) -> Mapping[Stage, InputShapes]:
    """For each stage the smallest, usual and largest input of its model.

    Every size has a range of its own. So the largest shape of a recogniser is wider and has more crops at once than any
    batch within `batch_pixels`, and that is what TensorRT reserves memory for.
    """
    return {
        "det": _detection(op),
        "cls": _classification(op, models.cls.height, models.cls.width),
        "rec": _recognition(op, models.rec.height),
    }


def _detection(op: Ops) -> InputShapes:
    def square(side: int) -> Shape:
        side = max(SMALLEST_SIDE, side // SMALLEST_SIDE * SMALLEST_SIDE)
        return (1, 3, side, side)

    return InputShapes(square(SMALLEST_SIDE), square(op.det.limit_side_len), square(op.det.max_side_len))


def _classification(op: Ops, height: int, width: int) -> InputShapes:
    most = max(1, op.cls.batch_pixels // (height * width))
    return InputShapes((1, 3, height, width), (most, 3, height, width), (most, 3, height, width))


def _recognition(op: Ops, height: int) -> InputShapes:
    buckets = WidthBuckets(op.rec.bucket_step, op.rec.min_width, op.rec.max_width)
    narrowest, usual, widest = buckets.bucket(1), buckets.bucket(USUAL_WIDTH), buckets.widest

    def crops(width: int) -> int:
        return max(1, op.rec.batch_pixels // (height * width))

    return InputShapes(
        (1, 3, height, narrowest), (crops(usual), 3, height, usual), (crops(narrowest), 3, height, widest)
    )
