"""The engines by their names in the configuration."""

from pathlib import Path

from pdserving.config.auto import engine_name
from pdserving.config.predictor import LocalService
from pdserving.config.schema import EngineName
from pdserving.engines.engine import Engine, InputShapes
from pdserving.setup_errors import ModelUnusableError


def open_engine(
    name: EngineName,
    folder: Path,
    service: LocalService,
    *,
    prefer_logits: bool = False,
    bf16: bool = False,
    shapes: InputShapes | None = None,
) -> Engine:
    """Load the model of a serving model folder into the engine of that name.

    Args:
        name: `engine` of the configuration.
        folder: the serving model folder.
        service: the predictor's configuration.
        prefer_logits: whether the engine leaves a last softmax or sigmoid out if it can; its `logits` tells.
        bf16: whether the model reads in bfloat16 as well as in single precision.
        shapes: the inputs that will come, which TensorRT needs.

    Raises:
        SetupError: the folder holds no model that this engine can run, or the engine is not installed.
    """
    # Imported here: a process needs only the engine that it uses, and each takes its time.
    if engine_name(name, service) == "paddle":
        from pdserving.engines.paddle import PaddleEngine

        return PaddleEngine.open(folder, service, shapes)
    try:
        from pdserving.engines.openvino import OpenVinoEngine
    except ModuleNotFoundError as error:
        if error.name != "openvino":
            raise
        raise ModelUnusableError(
            "engine openvino is not installed in this environment, as in the one for GPUs; accepted here: engine "
            "paddle, with a profile of Paddle models such as ppocrv4"
        ) from None

    return OpenVinoEngine.open(folder, service, prefer_logits=prefer_logits, bf16=bf16)


def limit_gpu_memory(mebibytes: int) -> None:
    """Let this process take no more than so much memory of each GPU."""
    from pdserving.engines import paddle

    paddle.limit_gpu_memory(mebibytes)
