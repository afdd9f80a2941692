"""The models of the profile ppocrv4, fetched and converted once, and a small Paddle 3 model."""

import subprocess
import sys
from pathlib import Path

import pytest

from pdserving.models.manifest import Manifest, load_manifest
from pdserving.models.store import fetch_profile
from tests.support.local_manifest import write_local_manifest
from tests.support.paths import ROOT

_SAVE_JSON_MODEL = """
import sys
import paddle


class TwoOutputs(paddle.nn.Layer):
    def __init__(self):
        super().__init__()
        self.linear = paddle.nn.Linear(4, 3)

    def forward(self, left, right):
        scores = self.linear(left)
        return paddle.nn.functional.softmax(scores), (scores.sum(-1) * right).astype("int64")


model = TwoOutputs()
model.eval()
spec = [
    paddle.static.InputSpec([None, 4], "float32", "left"),
    paddle.static.InputSpec([None], "float32", "right"),
]
paddle.jit.save(model, sys.argv[1] + "/inference", input_spec=spec)
"""


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    return load_manifest(ROOT / "serving_models" / "manifest.yml")


@pytest.fixture(scope="session")
def models_dir(manifest: Manifest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("serving_models")
    fetch_profile(manifest, "ppocrv4", folder, lambda line: None)
    return folder


@pytest.fixture(scope="session")
def json_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `inference.json` and `inference.pdiparams`: inputs left and right, two outputs."""
    folder = tmp_path_factory.mktemp("json_model")
    script = tmp_path_factory.mktemp("script") / "save.py"
    script.write_text(_SAVE_JSON_MODEL, encoding="utf-8")
    # In a process of its own: tracing a model changes how Paddle runs in the process that did it. And from a file:
    # it reads the source of what it traces.
    done = subprocess.run([sys.executable, str(script), str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def local_manifest(tmp_path: Path, models_dir: Path) -> Path:
    """A manifest file, profile local, of models named finder, turner and reader that are folders on this machine."""
    return write_local_manifest(tmp_path / "manifest.yml", models_dir)
