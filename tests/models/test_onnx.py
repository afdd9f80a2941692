"""ONNX models are described, placed and read for their characters like Paddle's."""

import shutil
from pathlib import Path

import pytest

from pdserving.models.convert import convert_onnx
from pdserving.models.manifest import load_manifest
from pdserving.models.store import fetch_profile
from pdserving.setup_errors import ConversionError, ManifestError
from tests.support.paths import MODELS

MANIFEST = """
models:
  finder: &model
    stage: det
    format: onnx
    source: {{folder: {folder}}}
    model_filename: inference.onnx
    params_filename: null
    normalisation: {{mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}}
    licence: Apache-2.0
    origin: a test
  turner: {{<<: *model, stage: cls, input_height: 48, input_width: 192}}
  reader: {{<<: *model, stage: rec, input_height: 48, characters: {{metadata: {key}}}}}
profiles:
  local: {{det: finder, cls: turner, rec: reader}}
"""


def write_manifest(folder: Path, source: Path, key: str = "character") -> Path:
    path = folder / "manifest.yml"
    path.write_text(MANIFEST.format(folder=source, key=key), encoding="utf-8")
    return path


def test_a_fetched_onnx_recogniser_has_its_model_conf_and_characters(models: None) -> None:
    folder = MODELS / "ppocrv6_rec"
    conf = (folder / "server" / "serving_server_conf.prototxt").read_text(encoding="utf-8")
    assert 'name: "x"' in conf
    assert "shape: 18710" in conf
    assert (folder / "server" / "inference.onnx").is_file()
    assert (folder / "client" / "serving_client_conf.prototxt").read_text(encoding="utf-8") == conf
    assert len((folder / "characters.txt").read_text(encoding="utf-8").split("\n")) == 18_708


def test_an_onnx_model_is_copied_byte_for_byte(models: None, tmp_path: Path) -> None:
    source = MODELS / "ppocrv6_det" / "server" / "inference.onnx"
    convert_onnx(source, tmp_path / "server", tmp_path / "client")
    assert (tmp_path / "server" / "inference.onnx").read_bytes() == source.read_bytes()


def test_a_file_that_is_no_onnx_model_is_named_and_leaves_no_folder(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "inference.onnx").write_bytes(b"no model")
    manifest = load_manifest(write_manifest(tmp_path, tmp_path / "source"))
    with pytest.raises(ConversionError, match=r"inference\.onnx: is no ONNX model"):
        fetch_profile(manifest, "local", tmp_path / "models", lambda line: None)
    assert [path.name for path in (tmp_path / "models").iterdir()] == [".lock"]


def test_characters_that_the_model_does_not_carry_are_named(models: None, tmp_path: Path) -> None:
    shutil.copytree(MODELS / "ppocr_mobile_v2_cls_onnx" / "server", tmp_path / "source")
    manifest = load_manifest(write_manifest(tmp_path, tmp_path / "source", key="letters"))
    with pytest.raises(ConversionError, match=r"models\.reader\.characters\.metadata: 'letters' is not in the model"):
        fetch_profile(manifest, "local", tmp_path / "models", lambda line: None)


def test_parameters_beside_an_onnx_model_are_an_error_of_the_manifest(tmp_path: Path) -> None:
    path = write_manifest(tmp_path, tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("    params_filename: null\n", ""), encoding="utf-8")
    with pytest.raises(ManifestError, match="say params_filename: null"):
        load_manifest(path)
