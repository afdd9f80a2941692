"""`pdserving doctor` says of this machine what it is, and its exit status whether it can serve."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pdserving.config import load_settings
from pdserving.doctor.auto import check_auto
from pdserving.doctor.machine import check_confinement
from pdserving.doctor.packages import read_pins
from pdserving.hardware.gpus import VISIBLE
from pdserving.hardware.processor import computes_bf16
from pdserving.models.stages import resolve_models
from tests.support.paths import CONFIG, ROOT
from tests.support.running import free_ports

LINE = re.compile(r"^(ok|warning|missing) +\w+ +\S.*$")


def doctor(*arguments: str, ports: tuple[int, int] | None = None) -> "subprocess.CompletedProcess[str]":
    http_port, rpc_port = ports or free_ports(2)
    command = [sys.executable, "-m", "pdserving", "doctor", *arguments]
    command += ["--set", f"http_port={http_port}", "--set", f"rpc_port={rpc_port}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert all(LINE.match(line) for line in done.stdout.splitlines()), done.stdout
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.service
def test_a_machine_that_runs_the_tests_can_serve_on_its_cpu(models: None) -> None:
    done = doctor()
    assert done.returncode == 0, done.stdout
    names = {line.split()[1] for line in done.stdout.splitlines()}
    needs = {"python", "packages", "opencv", "models", "engine", "precision", "auto"}
    needs |= {"ports", "cores", "memory", "landlock", "devices"}
    assert names == {"config", *needs}
    assert "missing" not in done.stdout


@pytest.mark.service
def test_the_precision_of_each_stage_is_told(models: None) -> None:
    auto = "bf16" if computes_bf16() else "fp32"
    assert f"ok       precision det {auto}, cls fp32, rec {auto}" in doctor().stdout
    assert "ok       precision det fp32, cls fp32, rec fp32" in doctor("--set", "profile=ppocrv4").stdout
    assert f"det fp32, cls fp32, rec {auto}" in doctor("--set", "op.det.local_service_conf.precision=fp32").stdout
    done = doctor("--set", "op.det.local_service_conf.precision=bf16")
    line = f"ok       precision det bf16, cls fp32, rec {auto}"
    assert (line if computes_bf16() else "missing  precision det: precision is 'bf16', which this") in done.stdout


def test_processes_that_cannot_be_confined_are_a_warning() -> None:
    def line(landlock: int, *settings: str) -> str:
        return str(check_confinement(load_settings(CONFIG, settings), landlock))

    assert line(3).startswith("ok       landlock  version 3; ")
    assert line(2).startswith("warning  landlock  gateway and workers may empty files")
    assert line(0).startswith("warning  landlock  gateway and workers may write wherever their user may")
    assert line(0, "security.confine=false").startswith("ok       landlock  not used")


@pytest.mark.service
def test_a_taken_port_is_named(models: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = doctor(ports=(port, *free_ports(1)))
    assert done.returncode == 1
    assert f"missing  ports     http: 127.0.0.1:{port} is taken by another process; end it" in done.stdout


@pytest.mark.service
def test_models_that_are_not_there_and_damaged_ones_are_named(models: None, tmp_path: Path) -> None:
    for name in ("manifest.yml", "ppocrv6_det"):
        source = ROOT / "serving_models" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    program = tmp_path / "ppocrv6_det" / "server" / "inference.onnx"
    program.write_bytes(bytes([program.read_bytes()[0] ^ 1]) + program.read_bytes()[1:])
    done = doctor("--set", f"models_dir={tmp_path}")
    assert done.returncode == 1
    assert "missing  models    det: ppocrv6_det is unsound: server/inference.onnx has changed" in done.stdout
    assert "missing  models    rec: ppocrv6_rec is missing; run `make models PROFILE=ppocrv6`" in done.stdout


@pytest.mark.service
def test_a_configuration_that_is_wrong_is_the_one_line() -> None:
    done = doctor("--set", "workers=none")
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 1)
    assert done.stdout.startswith("missing  config    --set workers=none: workers: 'none' is not accepted")


@pytest.mark.service
def test_the_environment_for_the_cpu_cannot_serve_on_gpus(models: None) -> None:
    done = doctor("--gpu")
    assert done.returncode == 1
    assert "ok       config    configs/gpu.yml" in done.stdout
    assert "missing  packages  not installed: paddlepaddle-gpu" in done.stdout


def test_requirements_of_both_machines_differ_where_paddles_gpu_wheel_makes_them() -> None:
    cpu, gpu = read_pins(ROOT / "requirements.txt"), read_pins(ROOT / "requirements-gpu.txt")
    assert {name for name in cpu if gpu.get(name) != cpu[name]} == {
        "paddlepaddle",
        "openvino",
        "opencv-python",
        "numpy",
    }
    added = {name for name in gpu if name not in cpu and not name.endswith("-cu11")}
    assert added == {"paddlepaddle-gpu", "astor", "decorator", "nvidia-ml-py"}


@pytest.mark.parametrize(("capability", "precision"), [("8.6", "fp16"), ("6.1", "fp32"), ("[N/A]", None)])
def test_the_precision_on_a_gpu_follows_from_what_the_driver_says_of_it(
    models: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capability: str, precision: str | None
) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\necho '0, GPU-5c9a, NVIDIA A10G, 535.183.01, 23028, 22515, {capability}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.delenv(VISIBLE, raising=False)
    settings = load_settings(CONFIG.with_name("gpu.yml"))
    lines = [str(check) for check in check_auto(settings, resolve_models(settings))]
    told = [line for line in lines if "precision" in line]
    assert told == ([f"ok       precision det {precision}, cls {precision}, rec {precision}"] if precision else [])
    assert "ok       engine    det paddle, cls paddle, rec paddle" in lines


@pytest.mark.service
def test_each_auto_is_told_with_its_answer_and_its_rule(models: None) -> None:
    out = doctor("--set", "compute_threads=3", "--set", "op.cls.concurrency=1").stdout
    assert "compute_threads:" not in out
    assert "op.cls.concurrency:" not in out
    assert "ok       auto      op.det.concurrency: 3 (as many as compute_threads, or 2 on each GPU)" in out
    assert re.search(r"ok +auto +limits\.max_in_flight: \d+ \(6 a core, at least 8\)", out)
    assert re.search(r"ok +auto +limits\.pdf_processes: [2-4] \(one a core, 2 to 4\)", out)
    assert re.search(r"ok +auto +compute_threads: \d+ \(one a core, ", doctor().stdout)
