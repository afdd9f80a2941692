"""The command line has hub's flags, and says what was wrong with status 2."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.running import free_ports
from tests.support.service_packages import write_package

pytestmark = pytest.mark.service


def hub(*arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pdserving", "hub", *map(str, arguments)]
    kept = {key: value for key, value in os.environ.items() if key != "CUDA_VISIBLE_DEVICES"}
    return subprocess.run(
        command, cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, timeout=60, check=False
    )


def refused(*arguments: str | Path, **environment: str) -> str:
    """The error of a command that ends with status 2 and without a traceback."""
    done = hub(*arguments, **environment)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def config_file(folder: Path, use_gpu: bool = False, **keys: object) -> Path:
    path = folder / "config.json"
    modules = {"ocr_det": {"init_args": {"version": "1.0.0", "use_gpu": use_gpu}, "predict_args": {}}}
    path.write_text(json.dumps({"modules_info": modules, **keys}), encoding="utf-8")
    return path


def test_packages_are_installed_listed_and_uninstalled(tmp_path: Path) -> None:
    source = write_package(tmp_path / "source", "receipts", init_args={"version": "1.2.0"}, kind="rec")
    places = ("--models-dir", tmp_path)
    installed = hub("install", source, *places)
    assert (installed.returncode, installed.stderr) == (0, "")
    assert installed.stdout == f"installed receipts==1.2.0 in {tmp_path}/hub/receipts\n"
    rows = [line.split() for line in hub("list", *places).stdout.splitlines()]
    assert rows[0] == ["name", "version", "kind", "origin"]
    assert ["ocr_system", "1.0.0", "system", "built", "in"] in rows
    assert ["receipts", "1.2.0", "rec", f"{tmp_path}/hub/receipts"] in rows
    (tmp_path / "hub" / "receipts" / "params.yml").unlink()
    assert "unusable: " in hub("list", *places).stdout
    assert hub("uninstall", "receipts", *places).stdout == "uninstalled receipts\n"
    assert "receipts" not in hub("list", *places).stdout
    assert refused("uninstall", "receipts", *places).startswith("error: no package 'receipts'")


def test_stopping_a_port_where_nothing_runs_says_so() -> None:
    (port,) = free_ports(1)
    done = hub("serving", "stop", "-p", str(port))
    assert (done.returncode, done.stdout) == (0, f"no service runs from this folder on port {port}\n")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "error: hub serving start: which modules? accepted: --modules MODULE …, or --config FILE\n"),
        (("-m", "ocr_dot"), "error: no module 'ocr_dot'; accepted: ocr_det, ocr_cls, ocr_rec, ocr_system"),
        (("-m", "../etc"), "error: --modules ../etc: accepted: names as `hub list` says them"),
        (("-m", "ocr_det==3.0.0"), "error: module ocr_det: version '3.0.0' is not there; accepted: 1.0.0"),
        (("-c", "none.json"), "error: none.json: cannot be read: No such file"),
        (("-m", "ocr_det", "--settings", "none.yml"), "error: none.yml: cannot be read: No such file"),
        (("-m", "ocr_det", "--set", "profile=v0"), "error: hub serving start --set profile=v0: profile: 'v0' is not"),
    ],
)
def test_a_start_that_cannot_work_says_why(arguments: tuple[str, ...], expected: str, tmp_path: Path) -> None:
    assert refused("serving", "start", *arguments).startswith(expected)


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (("-p", "80"), "argument --port/-p: '80' is not accepted; accepted: 1024 to 65535"),
        (("-p", "many"), "argument --port/-p: 'many' is not accepted; accepted: 1024 to 65535"),
        (("--workers", "0"), "argument --workers/-w: '0' is not accepted; accepted: 1 to 1024"),
    ],
)
def test_a_flag_that_is_not_accepted_is_named(flags: tuple[str, ...], expected: str) -> None:
    assert expected in refused("serving", "start", "-m", "ocr_det", *flags)


def test_a_gpu_and_many_processes_exclude_each_other(tmp_path: Path) -> None:
    path = config_file(tmp_path, use_gpu=True, use_multiprocess=True)
    error = refused("serving", "start", "-c", path, CUDA_VISIBLE_DEVICES="0")
    key = "modules_info.ocr_det.init_args.use_gpu"
    assert error == f"error: {path}: {key} and use_multiprocess are both true; accepted: one of them\n"


def test_a_gpu_needs_its_id_and_a_gpu(tmp_path: Path) -> None:
    path = config_file(tmp_path, use_gpu=True)
    assert "use_gpu is true, and CUDA_VISIBLE_DEVICES is not set" in refused("serving", "start", "-c", path)
    # No machine has a GPU of this id, and most have none.
    error = refused("serving", "start", "-c", path, CUDA_VISIBLE_DEVICES="GPU-none")
    assert "use_gpu is true, and there is no GPU: " in error or "CUDA_VISIBLE_DEVICES=GPU-none names no GPU" in error


def test_flags_beside_a_configuration_file_are_ignored_with_a_warning(tmp_path: Path) -> None:
    path = config_file(tmp_path, use_gpu=True)
    error = refused("serving", "start", "-c", path, "-m", "ocr_rec", "--use_multiprocess", "-p", "9000")
    assert error.startswith(f"warning: {path} says it all: --modules, --port, --use_multiprocess ignored\nerror: ")
    assert "ocr_det" in error
