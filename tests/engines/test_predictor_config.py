"""Paddle is told what the configuration says, by its own Config; a GPU that is not there is an error that says so."""

import re
import shutil
from pathlib import Path

import paddle
import pytest

from pdserving.config import load_settings
from pdserving.config.predictor import LocalService
from pdserving.doctor.predictors import summary_options
from pdserving.engines import open_engine
from pdserving.engines.engine import InputShapes
from pdserving.engines.predictor_config import predictor_config
from pdserving.engines.tensorrt import make_tensorrt_files
from pdserving.models.manifest import load_manifest
from pdserving.models.model_files import find_model_files
from pdserving.models.soundness import READY, model_state
from pdserving.models.stages import engine_folders
from pdserving.setup_errors import DeviceError
from tests.support.paths import MODELS, ROOT

CLASSIFIER = "ppocr_mobile_v2_cls"
SHAPES = InputShapes((1, 3, 48, 192), (2, 3, 48, 192), (4, 3, 48, 192))


@pytest.fixture
def classifier(models: None, tmp_path: Path) -> Path:
    """A copy of a converted classifier, for what is written beside it."""
    ignore = shutil.ignore_patterns("server_engines")
    return Path(shutil.copytree(MODELS / CLASSIFIER, tmp_path / CLASSIFIER, ignore=ignore))


def test_a_predictor_on_the_cpu_has_the_configured_options(models: None) -> None:
    files = find_model_files(MODELS / CLASSIFIER / "server", None, None)
    service = LocalService(thread_num=3, mkldnn_cache_capacity=7, mem_optim=False)
    options = summary_options(predictor_config(files, service).summary())
    assert options["use_gpu"] == "false"
    assert options["cpu_math_thread"] == "3"
    assert options["mkldnn_cache_capacity"] == "7"
    assert options["memory_optim"] == "false"
    assert options["ir_optim"] == "true"


@pytest.mark.skipif(paddle.is_compiled_with_cuda(), reason="Paddle here is made for GPUs")
@pytest.mark.parametrize("device_type", [1, 2])
def test_paddle_for_the_cpu_says_that_it_has_no_gpu(models: None, device_type: int) -> None:
    service = LocalService.model_validate({"device_type": device_type, "devices": "0"})
    with pytest.raises(DeviceError, match=r"device_type \d, devices '0': Paddle .* is made for the CPU; accepted: "):
        open_engine("auto", MODELS / CLASSIFIER / "server", service, shapes=SHAPES)


def test_shapes_for_tensorrt_are_those_of_every_tensor_and_collected_once(classifier: Path) -> None:
    server = classifier / "server"
    files = find_model_files(server, None, None)
    found = make_tensorrt_files(server, files, SHAPES, "NVIDIA A10G/paddle")
    assert found.engines.parent == classifier / "server_engines"
    assert found.engines.name.startswith("NVIDIA-A10G-paddle-")
    text = found.shapes.read_text(encoding="utf-8")
    entry = re.search(r'name: "x"(.*?)}', text, re.DOTALL)
    assert entry is not None
    sizes = {kind: re.findall(rf"{kind}_shape: (\d+)", entry[1]) for kind in ("min", "max", "opt")}
    assert sizes == {
        "min": ["1", "3", "48", "192"],
        "max": ["4", "3", "48", "192"],
        "opt": ["2", "3", "48", "192"],
    }
    assert text.count("name:") > 100
    found.shapes.write_text("kept", encoding="utf-8")
    assert make_tensorrt_files(server, files, SHAPES, "NVIDIA A10G/paddle").shapes.read_text(encoding="utf-8") == "kept"
    others = InputShapes(SHAPES.smallest, SHAPES.usual, SHAPES.usual)
    assert make_tensorrt_files(server, files, others, "NVIDIA A10G/paddle").engines != found.engines


def test_engines_beside_a_model_leave_it_sound(classifier: Path) -> None:
    (classifier / "server_engines" / "device").mkdir(parents=True)
    (classifier / "server_engines" / "device" / "engine").write_bytes(b"built")
    entry = load_manifest(MODELS / "manifest.yml").model(CLASSIFIER)
    assert model_state(entry, classifier, thorough=True) == READY


def test_a_folder_for_engines_that_cannot_be_made_is_named(classifier: Path) -> None:
    (classifier / "server_engines").write_bytes(b"in the way")
    files = find_model_files(classifier / "server", None, None)
    with pytest.raises(DeviceError, match=r"server_engines/.*: TensorRT's engines cannot be kept there: "):
        make_tensorrt_files(classifier / "server", files, SHAPES, "device")


def test_folders_for_engines_are_those_of_the_models_that_tensorrt_runs(models: None, tmp_path: Path) -> None:
    for name in ("ppocrv4_det", CLASSIFIER, "ppocrv4_rec"):
        shutil.copytree(MODELS / name, tmp_path / name, ignore=shutil.ignore_patterns("server_engines"))
    shutil.copy(MODELS / "manifest.yml", tmp_path)
    places = [f"models_dir={tmp_path}"]
    on_cpu = [f"op.rec.local_service_conf.{pair}" for pair in ("device_type=0", "devices=''", "use_trt=false")]
    on_cpu.append("op.rec.local_service_conf.precision=fp32")
    assert engine_folders(load_settings(ROOT / "configs" / "gpu.yml", places)) == []
    folders = engine_folders(load_settings(ROOT / "configs" / "tensorrt.yml", [*places, *on_cpu]))
    assert folders == [tmp_path / name / "server_engines" for name in ("ppocrv4_det", CLASSIFIER)]
    assert all(folder.is_dir() for folder in folders)
