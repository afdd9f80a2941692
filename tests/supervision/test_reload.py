"""A reload changes the configuration between two requests, or nothing at all; no request is lost by it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pdserving.supervision.run_file import running_services
from tests.support.observing import pids, soon
from tests.support.paths import CONFIG, ROOT, SAMPLES
from tests.support.running import Service, free_ports, running_command, stop
from tests.support.talking import TIMEOUT_S, ask_http

pytestmark = pytest.mark.service

POSTER = (SAMPLES / "poster.jpg").read_bytes()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration file that a test may change."""
    path = tmp_path / "service.yml"
    shutil.copy(CONFIG, path)
    return path


@contextmanager
def running(config: Path, *settings: str) -> Iterator[Service]:
    """A service with a file and overrides, in the file's folder."""
    http_port, rpc_port = free_ports(2)
    serving = command(config, http_port, rpc_port, *settings)
    with running_command(serving, http_port, rpc_port, config.parent) as service:
        yield service


def command(config: Path, http_port: int, rpc_port: int, *settings: str) -> list[str]:
    parts = [sys.executable, "-m", "pdserving", "serve", "--config", str(config)]
    for pair in (f"http_port={http_port}", f"rpc_port={rpc_port}", f"models_dir={ROOT / 'serving_models'}", *settings):
        parts += ["--set", pair]
    return parts


def change(config: Path, old: str, new: str) -> None:
    text = config.read_text(encoding="utf-8")
    assert text.count(old) == 1
    config.write_text(text.replace(old, new), encoding="utf-8")


def reload(config: Path) -> "subprocess.CompletedProcess[str]":
    """Run `pdserving reload` in the folder of the service, and wait for its end."""
    with begin_reload(config) as reloading:
        stdout, stderr = reloading.communicate(timeout=TIMEOUT_S)
    return subprocess.CompletedProcess(reloading.args, reloading.returncode, stdout, stderr)


def begin_reload(config: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "pdserving", "reload"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=config.parent, env=environment, stdout=pipe, stderr=pipe, text=True)


def test_a_reload_brings_new_values_and_models_and_a_bad_one_changes_nothing(
    models: None, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(config) as service:
        first = pids(service, "pdserving.worker")
        assert ask_http(service, POSTER).err_no == 0

        change(config, "max_image_pixels: 50000000", "max_image_pixels: 100")
        change(config, "profile: ppocrv6", "profile: ppocrv4")
        change(config, "drain_s: 30", "drain_s: 100")
        change(config, "log_format: json ", "log_format: text ")
        done = reload(config)
        assert (done.returncode, done.stdout) == (0, f"reloaded: {service.process.pid}\n"), done.stderr
        assert "100" in ask_http(service, POSTER).err_msg
        soon(lambda: not first & pids(service, "pdserving.worker"), "the old worker ends")
        second = pids(service, "pdserving.worker")
        assert "reloaded, profile ppocrv4" in service.log.read_text()
        monkeypatch.chdir(config.parent)
        assert [running.stop_timeout_s > 200 for running in running_services().values()] == [True]

        for old, new, reason in (
            ("max_image_pixels: 100", "max_image_pixels: none", "limits.max_image_pixels"),
            ("profile: ppocrv4", "profile: ppocrv9", "ppocrv9"),
            (
                "worker_module: pdserving.worker",
                "worker_module: no_such_worker",
                "the worker process ended with status 1",
            ),
        ):
            change(config, old, new)
            done = reload(config)
            assert done.returncode == 1
            assert f"error: process {service.process.pid} goes on as it was: " in done.stderr
            assert reason in done.stderr
            assert f"the service goes on as it was: {done.stderr.split('as it was: ')[1]}" in service.log.read_text()
            change(config, new, old)
        soon(lambda: pids(service, "pdserving.worker") == second, "the workers of before, and no others")
        assert " ERROR pdserving.supervision.slot: worker 0 ended with status 1" in service.log.read_text()
        assert ask_http(service, POSTER).err_no == 5008

        change(config, "max_image_pixels: 100", "max_image_pixels: 50000000")
        assert reload(config).returncode == 0
        assert len(ask_http(service, POSTER).lines) > 0


def test_an_address_cannot_change_without_a_restart(models: None, config: Path) -> None:
    http_port, rpc_port = free_ports(2)
    change(config, "http_port: 9998", f"http_port: {http_port}")
    change(config, "rpc_port: 18091", f"rpc_port: {rpc_port}")
    command = [sys.executable, "-m", "pdserving", "serve", "--config", str(config)]
    command += ["--set", f"models_dir={ROOT / 'serving_models'}"]
    with running_command(command, http_port, rpc_port, config.parent):
        change(config, f"http_port: {http_port}", "http_port: 9998")
        done = reload(config)
        assert done.returncode == 1
        assert f"http_port: 9998; accepted without a restart: {http_port}" in done.stderr


def test_a_reload_where_nothing_runs_says_so(tmp_path: Path) -> None:
    done = reload(tmp_path / "service.yml")
    assert (done.returncode, done.stdout) == (0, "no service runs from this folder\n")


def test_who_asks_in_the_middle_of_another_reload_is_told_of_the_next_one(models: None, config: Path) -> None:
    with running(config) as service:
        before = pids(service, "pdserving.worker")
        with begin_reload(config) as first:
            soon(lambda: pids(service, "pdserving.worker") - before, "the new worker has been started")
            change(config, "profile: ppocrv6", "profile: ppocrv9")
            second = reload(config)
            assert second.returncode == 1
            assert "ppocrv9" in second.stderr
            stdout, _ = first.communicate(timeout=TIMEOUT_S)
        assert (first.returncode, stdout) == (0, f"reloaded: {service.process.pid}\n")


def test_a_reload_that_is_asked_for_while_the_service_starts_follows_the_start(models: None, config: Path) -> None:
    http_port, rpc_port = free_ports(2)
    with subprocess.Popen(command(config, http_port, rpc_port), cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            soon(lambda: holds(process.pid, signal.SIGHUP), "the process has begun to run our code")
            process.send_signal(signal.SIGHUP)
            said = [process.stdout.readline().split()[0] for _ in range(4)]
            assert said == [b"loading", b"ready", b"reloading:", b"reloaded,"]
        finally:
            assert stop(process) == 0


def holds(pid: int, number: signal.Signals) -> bool:
    """Whether a process lets a signal wait."""
    status = Path(f"/proc/{pid}/status").read_text()
    (blocked,) = (line.split()[1] for line in status.splitlines() if line.startswith("SigBlk:"))
    return bool(int(blocked, 16) >> number - 1 & 1)


def test_a_stop_in_the_middle_of_a_reload_ends_everything(models: None, config: Path) -> None:
    with running(config) as service:
        before = pids(service, "pdserving.worker")
        service.process.send_signal(signal.SIGHUP)
        soon(lambda: len(pids(service, "pdserving.worker") - before) == 1, "the new worker has been started")
        assert stop(service.process) == 0
