"""Gateway and worker serve without the right to write anywhere but in their scratch folder."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pdserving.security.confinement import landlock_version
from tests.support.paths import ROOT, SAMPLES
from tests.support.running import running_service
from tests.support.talking import ask_http
from tests.support.workers import writing_worker

pytestmark = pytest.mark.skipif(landlock_version() == 0, reason="this system has no Landlock")

TRY = """
import os, pathlib, threading
def attempt(name, call):
    try:
        call()
        print(name, "done")
    except OSError as error:
        print(name, type(error).__name__)
inside, outside = pathlib.Path({inside!r}), pathlib.Path({outside!r})
for place in (inside, outside):
    attempt("write", (place / "file").touch)
    attempt("folder", (place / "folder").mkdir)
    attempt("link", lambda: (place / "link").symlink_to("x"))
attempt("overwrite", lambda: (outside / "old").write_text("new"))
attempt("truncate", lambda: os.truncate(outside / "old", 0))
attempt("remove", (outside / "old").unlink)
attempt("move out", lambda: (inside / "file").rename(outside / "moved"))
attempt("read", (outside / "old").read_text)
attempt("null", lambda: open("/dev/null", "w").close())
thread = threading.Thread(target=attempt, args=("thread", (outside / "of-thread").touch))
thread.start()
thread.join()
attempt("child", lambda: print(os.system("touch " + str(outside / "of-child") + " 2>/dev/null") != 0))
"""


@pytest.mark.service
def test_a_confined_process_changes_files_in_its_folder_alone(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "old").write_text("old")
    (tmp_path / "trying.py").write_text(TRY.format(inside=str(inside), outside=str(outside)))
    command = [sys.executable, "-m", "pdserving.security.confined", str(inside), "trying"]
    environment = {"PYTHONPATH": f"{ROOT}:{tmp_path}"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:-1] == [
        *("write done", "folder done", "link done"),
        *("write PermissionError", "folder PermissionError", "link PermissionError"),
        *("overwrite PermissionError", "truncate PermissionError", "remove PermissionError"),
        *("move out PermissionError", "read done", "null done", "thread PermissionError", "True", "child done"),
    ]
    assert sorted(path.name for path in outside.iterdir()) == ["old"]
    assert (outside / "old").read_text() == "old"


@pytest.mark.service
def test_a_confined_process_writes_in_each_of_its_folders(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("scratch", "engines")]
    for folder in folders:
        folder.mkdir()
    writing = f"import pathlib\nfor name in {list(map(str, folders))}:\n    (pathlib.Path(name) / 'file').touch()\n"
    (tmp_path / "writing.py").write_text(writing)
    command = [sys.executable, "-m", "pdserving.security.confined", *map(str, folders), "writing"]
    environment = {"PYTHONPATH": f"{ROOT}:{tmp_path}"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert all((folder / "file").is_file() for folder in folders)


@pytest.mark.service
def test_a_service_reads_pictures_and_writes_nowhere_else(
    models: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [tmp_path / "file", ROOT / "serving_models" / "file"]
    monkeypatch.setenv(writing_worker.PLACES, ":".join(map(str, places)))
    with running_service("worker_module=tests.support.workers.writing_worker") as service:
        answer = ask_http(service, (SAMPLES / "poster.jpg").read_bytes())
        assert "SPRING BOOK FAIR" in answer.texts
        attempts = re.findall("attempt: (.*): (.*)", service.log.read_text())
        assert [came_of_it for _, came_of_it in attempts] == ["PermissionError", "PermissionError", "written"]
        for module in ("tests.support.workers.writing_worker", "pdserving.gateway"):
            status = Path(f"/proc/{service.child(module).pid}/status").read_text()
            assert "NoNewPrivs:\t1" in status
    assert not [place for place in places if place.exists()]


@pytest.mark.service
def test_confinement_can_be_switched_off(models: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(writing_worker.PLACES, str(tmp_path / "file"))
    with running_service("worker_module=tests.support.workers.writing_worker", "security.confine=false"):
        assert (tmp_path / "file").read_text() == "written"
