"""`python -m pdserving.doctor.predictors CONFIG …`: what Paddle is told about each model, in its own words.

It needs Paddle's GPU wheel but no GPU: all up to the creation of a predictor runs, and what that says is printed.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import paddle
from paddle import inference

from pdserving.config import load_settings
from pdserving.config.predictor import TENSORRT, LocalService, Precision
from pdserving.engines.engine import InputShapes
from pdserving.engines.paddle import PaddleEngine
from pdserving.engines.predictor_config import TensorRtFiles, predictor_config
from pdserving.engines.tensorrt import make_tensorrt_files
from pdserving.models.manifest import STAGES
from pdserving.models.model_files import ModelFiles, find_model_files
from pdserving.models.stages import fetch_models, resolve_models
from pdserving.pipeline.stage_engines import stage_shapes
from pdserving.setup_errors import DeviceError

_PRECISIONS: tuple[Precision, ...] = ("fp32", "fp16")


def main(configurations: Sequence[str]) -> int:
    """Print the options of every model of every configuration, in both precisions; return 1 if one is wrong, else 0."""
    kind = "GPUs" if paddle.is_compiled_with_cuda() else "the CPU"
    version, cuda, cudnn = paddle.version.full_version, paddle.version.cuda(), paddle.device.get_cudnn_version()
    print(f"Paddle {version} for {kind}, CUDA {cuda}, cuDNN {cudnn}")
    with tempfile.TemporaryDirectory() as scratch:
        wrong = sum(
            _check_configuration(Path(path), precision, Path(scratch))
            for path, precision in product(configurations, _PRECISIONS)
        )
    print("all options are as configured" if wrong == 0 else f"{wrong} options are not as configured")
    return min(wrong, 1)


def _check_configuration(path: Path, precision: Precision, scratch: Path) -> int:
    """Print the options of a configuration's models; return how many are wrong. `scratch` is for TensorRT's files."""
    settings = load_settings(path, [f"op.{stage}.local_service_conf.precision={precision}" for stage in STAGES])
    fetch_models(settings, print)
    models = resolve_models(settings)
    shapes = stage_shapes(settings.op, models)
    wrong = 0
    for stage in STAGES:
        folder, service = models.by_stage[stage].folder, settings.op.services[stage]
        options = list(check_model(folder, service, shapes[stage], scratch / stage / "server"))
        print(f"{path} {precision} {stage}: {', '.join(f'{name} {found}' for name, found, _ in options)}")
        for name, found, expected in options:
            if found != expected:
                wrong += 1
                print(f"  wrong: {name} is {found}, not {expected}")
        print(f"  {creation(folder, service, shapes[stage])}")
    return wrong


def check_model(
    folder: Path, service: LocalService, shapes: InputShapes, scratch: Path
) -> Iterator[tuple[str, str, str]]:
    """The options of a model on each configured device: the name, what Paddle's Config says, and what it must say.

    TensorRT's files are kept beside `scratch`, which stands for the model's folder.
    """
    files = find_model_files(folder, None, None)
    tensorrt = None
    if service.device_type == TENSORRT:
        tensorrt = make_tensorrt_files(scratch, files, shapes, "no device")
    for device in service.device_ids:
        yield from _gpu_options(files, service, device)
        if tensorrt is not None:
            yield from _tensorrt_options(predictor_config(files, service, device, tensorrt), service, tensorrt)


def summary_options(summary: str) -> dict[str, str]:
    """The options in the table that `Config.summary()` draws."""
    rows = [line.strip("| ").split("|") for line in summary.splitlines() if line.startswith("|")]
    return {row[0].strip(): row[1].strip() for row in rows if len(row) == 2}


def creation(folder: Path, service: LocalService, shapes: InputShapes) -> str:
    """What comes of making a model's predictor on this machine."""
    try:
        PaddleEngine.open(folder, service, shapes)
    except DeviceError as error:
        return f"no predictor here: {error}"
    return "its predictor is made"


def _gpu_options(files: ModelFiles, service: LocalService, device: int) -> Iterator[tuple[str, str, str]]:
    """The options in Config's summary, without TensorRT's part and precision, which need TensorRT's library."""
    plain = service.model_copy(update={"precision": "fp32"}) if service.device_type == TENSORRT else service
    summary = summary_options(predictor_config(files, plain, device).summary())
    half = plain.precision == "fp16"
    expected = {
        "use_gpu": "true",
        "gpu_device_id": str(device),
        "memory_pool_init_size": f"{service.gpu_memory_mb}MB",
        "enable_gpu_mixed": str(int(half)),
        "mixed_precision_mode": service.precision if half else "fp32",
        "ir_optim": str(service.ir_optim).lower(),
        "memory_optim": str(service.mem_optim).lower(),
    }
    for name, value in expected.items():
        yield name, summary.get(name, "absent"), value


def _tensorrt_options(config: Any, service: LocalService, files: TensorRtFiles) -> Iterator[tuple[str, str, str]]:
    """The options that Config's methods tell."""
    precision = inference.PrecisionType.Half if service.precision == "fp16" else inference.PrecisionType.Float32
    yield "use_tensorrt", str(config.tensorrt_engine_enabled()), "True"
    yield "precision", config.tensorrt_precision_mode().name, precision.name
    yield "tuned shapes", str(config.tuned_tensorrt_dynamic_shape()), "True"
    yield "built at run time", str(config.trt_allow_build_at_runtime()), "False"
    yield "shapes", Path(config.shape_range_info_path()).name, files.shapes.name


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
