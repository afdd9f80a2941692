"""Whether this machine has a GPU that the tests can use."""

import os
from functools import cache

import paddle

from pdserving.hardware.gpus import NoDriverError, find_devices, visible_devices


def has_driver() -> bool:
    """Whether NVIDIA's driver answers, and knows a GPU."""
    try:
        return bool(find_devices().all)
    except NoDriverError:
        return False


@cache
def no_gpu() -> str:
    """Why there is none; empty if there is one, and Paddle here is made for it."""
    try:
        devices = visible_devices(find_devices().all, os.environ)
    except NoDriverError as error:
        return f"needs an NVIDIA GPU: {error}"
    if not devices:
        return "needs an NVIDIA GPU: CUDA_VISIBLE_DEVICES leaves none"
    if not paddle.is_compiled_with_cuda():
        return "needs an NVIDIA GPU and Paddle for GPUs: run `make test-gpu`"
    return ""
