"""The engines of the three stages, as the configuration asks for them."""

from collections.abc import Mapping

from pdserving.config.schema import Settings
from pdserving.engines import Engine, open_engine
from pdserving.models.manifest import Stage
from pdserving.models.stages import StageModels
from pdserving.pipeline.stage_shapes import stage_shapes


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
