"""`python -m pdserving.bench.profile`: py-spy's samples of the pipeline, grouped by stage."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pdserving.bench.profile import record
from pdserving.bench.shares import BOXES, DECODE, DETECTION, GROUPS, OTHER, PROTOCOL, RECOGNITION, shares
from pdserving.setup_errors import SetupError
from tests.support.paths import ROOT, SAMPLES

COMMAND = [sys.executable, "-m", "pdserving.bench.profile"]
STEM = "thread (12): compute-0;Thread.run (threading.py:982);ComputePool._serve (pdserving/pipeline/compute_pool.py:70)"
STAGE = f"{STEM};StageOp.compute (pdserving/pipeline/stage_op.py:127)"
MODEL = "_Detection.process (pdserving/bench/profile_target.py:34);StageOp.process (pdserving/pipeline/stage_op.py:90)"
POSTPROCESS = "DetectionOp.postprocess (pdserving/pipeline/detection_op.py:64)"


def test_each_sample_of_the_compute_thread_counts_for_its_innermost_stage() -> None:
    samples = [
        f"{STAGE};{MODEL};InferRequest.infer (openvino/_ov_api.py:2) 40",
        f"{STAGE};{POSTPROCESS};decode_quads (ocr_ops/detection/decoding.py:56);cv2_wrapper (cv2/__init__.py:9) 10",
        f"{STAGE};{POSTPROCESS} 5",
        f"{STEM};ComputePool._take (pdserving/pipeline/compute_pool.py:99);Condition.wait (threading.py:327) 25",
        f"{STEM};StageOp.prepare (pdserving/pipeline/stage_op.py:104);decode_image (ocr_ops/image/decoding.py:40) 10",
        "thread (12): compute-0;Thread._bootstrap (threading.py:1002) 10",
        "thread (13): det-feed;decode_image (ocr_ops/image/decoding.py:40) 1000",
    ]
    found = shares("\n".join(samples))
    assert {group: share for group, share in found.items() if share} == {
        DECODE: 0.1,
        DETECTION: 0.4,
        BOXES: 0.1,
        PROTOCOL: 0.25,
        OTHER: 0.15,
    }


def test_a_recording_without_the_compute_thread_is_refused() -> None:
    with pytest.raises(ValueError, match="no sample of a thread compute-0"):
        shares("thread (13): MainThread;main (a.py:1) 7\n")


def test_a_process_that_cannot_be_looked_into_is_named() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    with pytest.raises(SetupError, match=f"cannot look into process {process.pid}: .*SYS_PTRACE"):
        record(process.pid, 1)


@pytest.mark.service
def test_one_command_says_where_the_time_goes_and_writes_json(models: None, tmp_path: Path) -> None:
    command = [*COMMAND, "--profile", "ppocrv4", "--seconds", "2", "--images", str(SAMPLES), "--output", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if "cannot look into process" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "profile.json").read_text(encoding="utf-8"))["shares"]["ppocrv4"]
    assert list(found) == list(GROUPS)
    assert sum(found.values()) == pytest.approx(1)
    assert min(found[DETECTION], found[RECOGNITION]) > 0.05
    assert all(group in done.stdout for group in GROUPS)
