"""Whether the installed Paddle is made for GPUs and finds its libraries. It is asked in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from pdserving.doctor.check import Check
from pdserving.engines.cuda_libraries import let_processes_find_libraries

_QUESTIONS = """
import ctypes, json, os, sys, warnings
os.environ.setdefault("GLOG_minloglevel", "3")
warnings.simplefilter("ignore")
import paddle
def loads(name):
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
names = ["libcublas.so", "libcublasLt.so", "libcudnn.so", "libcufft.so", "libcurand.so", "libcusolver.so",
         "libcusparse.so", "libnccl.so", "libnvrtc.so"]
gpu = paddle.is_compiled_with_cuda()
print(json.dumps({
    "version": paddle.version.full_version, "gpu": gpu, "cuda": str(paddle.version.cuda()),
    "cudnn": paddle.device.get_cudnn_version() if gpu else None,
    "missing": [name for name in names if not loads(name)], "tensorrt": loads("libnvinfer.so"),
}))
sys.stdout.flush()
os._exit(0)
"""
"""The program that asks. The libraries have the names that Paddle opens, which are not those in NVIDIA's wheels."""


def check_libraries(tensorrt: bool) -> Iterator[Check]:
    """The checks of Paddle, CUDA's libraries and cuDNN, and with `tensorrt` of that library too."""
    answer = _ask()
    if answer is None:
        yield Check("paddle", "missing", "it cannot be imported", "run `make serve-gpu`")
        return
    if not answer["gpu"]:
        yield Check("paddle", "missing", f"{answer['version']} is made for the CPU", "run `make serve-gpu`")
        return
    yield Check("paddle", "ok", f"{answer['version']} is made for GPUs, with CUDA {answer['cuda']}")
    if answer["missing"]:
        yield Check("libraries", "missing", f"not found: {', '.join(answer['missing'])}", "run `make serve-gpu`")
    else:
        yield Check("libraries", "ok", f"those of CUDA are found; cuDNN {answer['cudnn']}")
    if tensorrt and not answer["tensorrt"]:
        advice = "put the folder of TensorRT 8's libraries in LD_LIBRARY_PATH, or serve by configs/gpu.yml"
        yield Check("tensorrt", "missing", "libnvinfer.so is not found", advice)
    elif tensorrt:
        yield Check("tensorrt", "ok", "libnvinfer.so is found")


def _ask() -> dict[str, Any] | None:
    environment = dict(os.environ)
    let_processes_find_libraries(environment)
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _QUESTIONS], env=environment, capture_output=True, text=True, check=False
    )
    lines = done.stdout.splitlines()
    if done.returncode != 0 or not lines:
        return None
    answer: dict[str, Any] = json.loads(lines[-1])
    return answer
