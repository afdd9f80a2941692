"""The engines of the three stages, as the configuration asks for them."""

from collections.abc import Mapping

from ocr_ops.detection import LOOK_SIDE
from ocr_ops.recognition import WidthBuckets
from pdserving.config.ops import SMALLEST_SIDE, Ops
from pdserving.config.schema import Settings
from pdserving.engines import Engine, open_engine
from pdserving.engines.engine import InputShapes
from pdserving.models.manifest import Stage
from pdserving.models.stages import StageModels
from pdserving.pipeline.stage_op import stage_batching
from pdserving.scheduling import Shape as RowShape

USUAL_WIDTH = 320  # pixels of a line, the width that PP-OCR's recognisers are trained at


def stage_engines(settings: Settings, models: StageModels) -> Mapping[Stage, Engine]:
    """Load the model of each stage; SetupError as `open_engine`."""
    shapes = stage_shapes(settings.op, models)
    return {
        stage: open_engine(
            settings.engine,
            model.folder,
            settings.op.services[stage],
            prefer_logits=stage != "cls",
            bf16=model.bf16,
            shapes=shapes[stage],
        )
        for stage, model in models.by_stage.items()
    }


def stage_shapes(op: Ops, models: StageModels) -> Mapping[Stage, InputShapes]:
    """The smallest, usual and largest input of each stage's model.

    Each dimension has a range of its own. So the largest shape of a recogniser is wider, and has more crops at once,
    than any batch within `batch_pixels`. That shape is what TensorRT reserves memory for.
    """
    return {
        "det": _detection(op),
        "cls": _classification(op, models.cls.height, models.cls.width),
        "rec": _recognition(op, models.rec.height),
    }


def _detection(op: Ops) -> InputShapes:
    def square(side: int) -> RowShape:
        side = max(SMALLEST_SIDE, side // SMALLEST_SIDE * SMALLEST_SIDE)
        return 3, side, side

    most = stage_batching(op.det).most_of_pages(square(SMALLEST_SIDE))
    return InputShapes(
        (1, *square(SMALLEST_SIDE)),
        (1, *square(op.det.limit_side_len or LOOK_SIDE)),
        (most, *square(op.det.max_side_len)),
    )


def _classification(op: Ops, height: int, width: int) -> InputShapes:
    row = 3, height, width
    most = stage_batching(op.cls).most(row)
    return InputShapes((1, *row), (most, *row), (most, *row))


def _recognition(op: Ops, height: int) -> InputShapes:
    buckets, batching = WidthBuckets(op.rec.bucket_step, op.rec.min_width, op.rec.max_width), stage_batching(op.rec)
    narrowest, usual, widest = (
        (3, height, width) for width in (buckets.bucket(1), buckets.bucket(USUAL_WIDTH), buckets.widest)
    )
    return InputShapes((1, *narrowest), (batching.most(usual), *usual), (batching.most(narrowest), *widest))
