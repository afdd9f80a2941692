"""What the driver tells of a GPU, and a service on it. Skipped without one, but for what is said then."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pdserving.bench.closed_loop import ContenderError
from pdserving.bench.gpu.figures import used_mib
from pdserving.bench.gpu.nvml import reading_devices
from pdserving.hardware.gpus import Device, find_devices, visible_devices
from tests.support.gpu import has_driver, no_gpu
from tests.support.paths import ROOT

TENSOR_MIB = 512
TAKE_MEMORY = """
import sys
import paddle
tensor = paddle.ones([int(sys.argv[1]), 1 << 18])  # rows of a MiB
paddle.device.synchronize()
print("taken", flush=True)
sys.stdin.read()
"""

needs_gpu = pytest.mark.skipif(bool(no_gpu()), reason=no_gpu())


@pytest.mark.skipif(has_driver(), reason="here is a GPU")
def test_without_the_drivers_library_the_contender_fails_with_a_reason() -> None:
    device = Device(0, "GPU-5c9a", "NVIDIA A10G", "535.183.01", 23028, 22515, (8, 6))
    with pytest.raises(ContenderError, match="its GPUs cannot be watched: "), reading_devices([device]):
        pass


def test_without_devices_no_library_is_needed() -> None:
    with reading_devices([]) as read:
        assert read() == []


@pytest.mark.gpu
@needs_gpu
def test_memory_that_is_taken_is_seen() -> None:
    device = visible_devices(find_devices().all, os.environ)[0]
    # In a process of its own: what this one has taken before it keeps for the next tensors.
    taking = [sys.executable, "-c", TAKE_MEMORY, str(TENSOR_MIB)]
    with reading_devices([device]) as read:
        before = used_mib(read())
        with subprocess.Popen(taking, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert "taken\n" in iter(process.stdout.readline, "")
            (reading,) = read()
            process.communicate()
    assert used_mib([reading]) - before > 0.9 * TENSOR_MIB
    assert reading.utilisation is None or 0 <= reading.utilisation <= 100


@pytest.mark.service
@pytest.mark.gpu
@needs_gpu
def test_a_service_on_the_gpu_is_watched_and_reads_as_on_the_cpu(models: None, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pdserving.bench.gpu", "--service", "fp32", "configs/gpu.yml"]
    command += ["--rounds", "1", "--clients", "1,8", "--seconds", "2", "--output", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    tree = json.loads((tmp_path / "bench-gpu.json").read_text(encoding="utf-8"))
    assert tree["gpus"]
    for row in tree["rows"]:
        if row["contender"] == "fp32":
            assert row["failure"] is None
            assert row["median"]["device_mib"] > 0
            assert 0 < row["median"]["utilisation"] <= row["median"]["peak_utilisation"] <= 100
    assert tree["goals"][0]["outcome"].startswith("pass")
