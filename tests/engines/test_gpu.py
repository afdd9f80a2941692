"""On a GPU the models read as on the CPU, in all precisions, on clones, and memory stays. Skipped without one."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import paddle
import pytest

from ocr_ops.image import decode_image
from pdserving.config.predictor import LocalService, Precision
from pdserving.engines import open_engine
from pdserving.setup_errors import DeviceError
from tests.make_samples import PICTURES
from tests.support.gpu import no_gpu
from tests.support.paths import ROOT, SAMPLES
from tests.support.stages import Stages

EQUAL_LINES = 0.995
RECOGNISER = ROOT / "serving_models" / "ppocrv4_rec" / "server"

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(bool(no_gpu()), reason=no_gpu())]


def on_gpu(precision: Precision = "fp32", devices: str = "0") -> LocalService:
    return LocalService(device_type=1, devices=devices, precision=precision)


@pytest.mark.parametrize("precision", ["fp32", "fp16", "auto"])
def test_the_gpu_reads_the_same_lines_as_the_cpu(models: None, precision: Precision) -> None:
    cpu, gpu = Stages("ppocrv4", "paddle"), Stages("ppocrv4", "paddle", on_gpu(precision))
    equal = lines = 0
    for name in PICTURES:
        image = decode_image((SAMPLES / name).read_bytes(), 10**7)
        found, expected = gpu.page(image), cpu.page(image)
        assert len(found) == len(expected)
        lines += len(expected)
        equal += sum(one.text == other.text for one, other in zip(found, expected, strict=True))
    assert equal >= EQUAL_LINES * lines


def test_clones_on_all_gpus_give_the_same_as_one_alone(models: None) -> None:
    devices = ",".join(map(str, range(paddle.device.cuda.device_count())))
    first = open_engine("paddle", RECOGNISER, on_gpu(devices=devices))
    engines = [first, *(first.clone() for _ in range(2 * first.devices))]
    tensor = np.random.default_rng(0).random((4, 3, 48, 320), dtype=np.float32)
    expected = first.run(tensor, alone=True).copy()
    with ThreadPoolExecutor(len(engines)) as threads:
        for found in threads.map(lambda engine: engine.run(tensor, alone=False), engines):
            np.testing.assert_allclose(found, expected, atol=1e-3)


def test_memory_does_not_grow_after_the_warm_up(models: None) -> None:
    engine = open_engine("paddle", RECOGNISER, on_gpu())
    shapes = [(max(1, 122_880 // (48 * width)), 3, 48, width) for width in range(2560, 63, -32)]
    engine.warm_up(shapes)
    reserved = paddle.device.cuda.memory_reserved(0)
    engine.warm_up(shapes[::-1])
    assert paddle.device.cuda.memory_reserved(0) == reserved


def test_a_gpu_that_is_not_there_is_named(models: None) -> None:
    count = paddle.device.cuda.device_count()
    with pytest.raises(DeviceError, match=f"GPU {count} is not there, Paddle sees {count}"):
        open_engine("paddle", RECOGNISER, on_gpu(devices=str(count)))
