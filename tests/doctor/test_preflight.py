"""`make serve-gpu` and `make bench-gpu` refuse a machine without a GPU before they install anything."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.gpu import has_driver
from tests.support.paths import ROOT


@pytest.mark.skipif(has_driver(), reason="here is a GPU, and it would be used")
@pytest.mark.parametrize(
    ("target", "instead"),
    [("serve-gpu", "serve on the CPU by `make serve`"), ("bench-gpu", "measure the CPU by `make bench`")],
)
def test_without_a_gpu_it_says_so_and_installs_nothing(tmp_path: Path, target: str, instead: str) -> None:
    for name in ("Makefile", "pyproject.toml", *(path.name for path in ROOT.glob("requirements*.txt"))):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("pdserving", "configs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    before = {path.name for path in tmp_path.iterdir()}
    command = ["make", target, f"PYTHON={sys.executable}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode != 0
    assert "missing  driver" in done.stdout
    assert "nvidia-smi" in done.stdout
    assert f"install NVIDIA's driver, or {instead}" in done.stdout
    assert f"error: no GPU can be used here, and nothing was installed; {instead}\n" in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == before


def test_the_check_needs_nothing_but_the_standard_library() -> None:
    # -S: without site-packages; -I would leave the folder out, too.
    command = [sys.executable, "-S", "-c", "import pdserving.doctor.preflight, sys; print(sorted(sys.modules))"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "'pdserving.hardware.gpus'" in done.stdout
