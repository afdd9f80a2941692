"""Paddle's `inference.Config`, made of a predictor's configuration."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paddle import inference

from pdserving.config.predictor import GPU_DEVICE_TYPES, TENSORRT, LocalService
from pdserving.models.model_files import ModelFiles

_WORKSPACE = 1 << 30  # bytes that TensorRT may use to try out an operator


@dataclass(frozen=True)
class TensorRtFiles:
    """What TensorRT keeps of a model.

    Attributes:
        engines: the folder of its engines.
        shapes: the file with the range of every tensor's shape.
    """

    engines: Path
    shapes: Path


def predictor_config(
    files: ModelFiles, service: LocalService, device: int | None = None, tensorrt: TensorRtFiles | None = None
) -> Any:
    """The `paddle.inference.Config` of a predictor. Neither a GPU nor TensorRT need be there.

    Args:
        files: the model.
        service: the predictor's configuration.
        device: a GPU's id; None on the CPU.
        tensorrt: with `device_type` 2; without it the predictor runs on the GPU without TensorRT.
    """
    config = _model_config(files)
    config.disable_glog_info()
    config.switch_ir_optim(service.ir_optim)
    # Paddle 3.3.1 cannot make a predictor of a .json program with it.
    if service.mem_optim and files.program.suffix != ".json":
        config.enable_memory_optim()
    if service.device_type not in GPU_DEVICE_TYPES or device is None:
        _use_cpu(config, service)
        return config
    precision = inference.PrecisionType.Half if service.precision == "fp16" else inference.PrecisionType.Float32
    with_tensorrt = service.device_type == TENSORRT and tensorrt is not None
    # TensorRT converts to the precision itself. Paddle's conversion before it would hide operators from it.
    own_precision = inference.PrecisionType.Float32 if with_tensorrt else precision
    config.enable_use_gpu(service.gpu_memory_mb, device, own_precision)
    if with_tensorrt and tensorrt is not None:
        config.enable_tensorrt_engine(
            workspace_size=_WORKSPACE,
            max_batch_size=1,  # of static shapes, which there are none of
            min_subgraph_size=service.min_subgraph_size,
            precision_mode=precision,
            use_static=True,  # kept on the disk
            use_calib_mode=False,
        )
        config.enable_tuned_tensorrt_dynamic_shape(str(tensorrt.shapes), False)
        config.set_optim_cache_dir(str(tensorrt.engines))
    return config


def shape_collecting_config(files: ModelFiles, path: Path) -> Any:
    """The Config of a CPU predictor that writes the shapes of all tensors it meets to a file."""
    config = _model_config(files)
    config.disable_glog_info()
    config.disable_gpu()
    config.disable_mkldnn()
    config.switch_ir_optim(False)  # every tensor keeps its name
    config.collect_shape_range_info(str(path))
    return config


def _model_config(files: ModelFiles) -> Any:
    if files.params is None:
        return inference.Config(str(files.program.parent))
    return inference.Config(str(files.program), str(files.params))


def _use_cpu(config: Any, service: LocalService) -> None:
    config.disable_gpu()
    config.set_cpu_math_library_num_threads(service.thread_num)
    if service.use_mkldnn:
        config.enable_mkldnn()
        config.set_mkldnn_cache_capacity(service.mkldnn_cache_capacity)
    else:
        config.disable_mkldnn()
