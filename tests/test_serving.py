"""The service starts with a clear line or a clear error, and ends without leaving anything behind."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.support.paths import CONFIG, ROOT, SAMPLES
from tests.support.running import free_ports, running_service, serve_command, start_that_fails, stop
from tests.support.talking import ask_http
from tests.support.workers import waiting_worker

pytestmark = pytest.mark.service

INVOICE = (SAMPLES / "invoice.png").read_bytes()


def test_a_taken_port_stops_the_start_with_file_key_and_value(models: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        error = start_that_fails(f"http_port={port}")
        assert str(CONFIG) in error
        assert f"--set http_port={port}: http_host, http_port: 127.0.0.1:{port} is taken" in error
        assert f"rpc_host, rpc_port: 127.0.0.1:{port} is taken" in start_that_fails(f"rpc_port={port}")


def test_an_address_that_is_not_of_this_machine_stops_the_start(models: None) -> None:
    assert "http_host, http_port: 192.0.2.1" in start_that_fails("http_host=192.0.2.1")


def test_an_unknown_key_stops_the_start() -> None:
    assert "--set op.rec.threads=3: op.rec: unknown key threads; accepted: " in start_that_fails("op.rec.threads=3")


def test_an_unknown_profile_stops_the_start() -> None:
    error = start_that_fails("profile=ppocrv9")
    assert "profile" in error
    assert "'ppocrv9'" in error
    assert "ppocrv4" in error


def test_a_missing_model_folder_stops_the_start_with_file_key_and_value(models: None, tmp_path: Path) -> None:
    error = start_that_fails(f"op.rec.local_service_conf.model_config={tmp_path / 'none'}")
    assert "op.rec.local_service_conf.model_config" in error
    assert str(tmp_path / "none") in error


def test_models_that_were_never_fetched_stop_the_start_with_what_to_do(tmp_path: Path) -> None:
    manifest = (ROOT / "serving_models" / "manifest.yml").read_text(encoding="utf-8")
    (tmp_path / "manifest.yml").write_text(manifest, encoding="utf-8")
    assert "models fetch ppocrv6" in start_that_fails(f"models_dir={tmp_path}")


def test_a_folder_without_a_model_stops_the_start(models: None, tmp_path: Path) -> None:
    error = start_that_fails(f"op.det.local_service_conf.model_config={tmp_path}")
    assert f"op.det.local_service_conf.model_config: '{tmp_path}' has no serving_server_conf.prototxt" in error


def test_a_model_that_cannot_be_loaded_stops_the_start(models: None, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "serving_models" / "ppocrv4_det" / "server", tmp_path / "server")
    (tmp_path / "server" / "inference.pdiparams").unlink()
    assert "OpenVINO cannot load it" in start_that_fails(
        f"op.det.local_service_conf.model_config={tmp_path / 'server'}"
    )


def test_a_model_of_another_stage_stops_the_start(models: None) -> None:
    detector = ROOT / "serving_models" / "ppocrv4_det" / "server"
    error = start_that_fails(f"op.rec.local_service_conf.model_config={detector}")
    assert "op.rec: the model's output is of shape (1, 1, " in error or "op.rec: the model takes no input" in error


def test_a_character_list_of_another_length_stops_the_start(models: None, tmp_path: Path) -> None:
    (tmp_path / "keys.txt").write_text("a\nb\n", encoding="utf-8")
    error = start_that_fails(f"op.rec.character_list={tmp_path / 'keys.txt'}")
    assert "op.rec: the model's output is of shape" in error
    assert "any, 4)" in error
    (tmp_path / "keys.txt").write_bytes("汉字".encode("gbk"))
    assert "op.rec.character_list" in start_that_fails(f"op.rec.character_list={tmp_path / 'keys.txt'}")


def test_a_missing_folder_of_models_stops_the_start_with_file_key_and_value(tmp_path: Path) -> None:
    error = start_that_fails(f"models_dir={tmp_path / 'none'}")
    assert f"{CONFIG}" in error
    assert f"models_dir: '{tmp_path / 'none'}'" in error


def test_a_worker_module_that_is_not_there_stops_the_start(models: None) -> None:
    assert "No module named" in start_that_fails("worker_module=no_such_worker", first="")


def test_control_c_ends_the_service_and_all_its_processes_whatever_connections_are_open(models: None) -> None:
    with running_service() as service:
        children = psutil.Process(service.process.pid).children(recursive=True)
        assert len(children) == 2
        connection = http.client.HTTPConnection("127.0.0.1", service.http_port, timeout=60)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read() == b'{"status":"ok"}'
        service.process.send_signal(signal.SIGINT)
        assert service.process.wait(30) == 0
        assert not any(child.is_running() for child in children)
        connection.close()


def test_a_killed_supervisor_takes_its_processes_along(models: None) -> None:
    with running_service() as service:
        children = psutil.Process(service.process.pid).children(recursive=True)
        service.process.kill()
        _, alive = psutil.wait_procs(children, timeout=30)
        assert alive == []


def test_stop_ends_the_service_that_runs_from_this_folder(models: None, tmp_path: Path) -> None:
    http_port, rpc_port = free_ports(2)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [*serve_command(http_port, rpc_port), "--set", f"models_dir={ROOT / 'serving_models'}"]
    service = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE)
    try:
        assert service.stdout is not None
        assert b"loading" in service.stdout.readline()
        assert b"ready in" in service.stdout.readline()
        stopping = [sys.executable, "-m", "pdserving", "stop"]
        done = subprocess.run(stopping, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout == f"stopped: {service.pid}\n"
        assert service.wait(5) == 0
        again = subprocess.run(stopping, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        assert again.stdout == "no service runs from this folder\n"
    finally:
        stop(service)
        if service.stdout is not None:
            service.stdout.close()


@pytest.mark.parametrize("arguments", [[], ["serv"], ["serve", "--confg", "x"], ["models"], ["models", "fetch"]])
def test_a_wrong_command_line_exits_with_2_and_the_usage(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "pdserving", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "usage: pdserving" in done.stderr


def test_signals_that_come_again_do_not_disturb_an_orderly_stop(models: None) -> None:
    with running_service() as service:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM, signal.SIGINT):
            service.process.send_signal(number)
        assert service.process.wait(30) == 0


def test_a_service_that_is_stopped_while_it_starts_leaves_no_process(models: None) -> None:
    http_port, rpc_port = free_ports(2)
    process = subprocess.Popen(serve_command(http_port, rpc_port), cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert b"loading" in process.stdout.readline()
    supervisor = psutil.Process(process.pid)
    while len(children := supervisor.children(recursive=True)) < 2:
        assert process.poll() is None
    assert stop(process) == 0
    process.stdout.close()
    assert not any(child.is_running() for child in children)


def test_it_listens_on_ipv6_too(models: None) -> None:
    with running_service("http_host=::1", "rpc_host=::1") as service:
        connection = http.client.HTTPConnection("::1", service.http_port, timeout=60)
        connection.request("POST", "/ocr/prediction", json.dumps({"key": ["image"], "value": ["aGVsbG8="]}))
        assert json.loads(connection.getresponse().read())["err_no"] == 5006
        connection.close()


def test_a_request_in_flight_when_the_service_is_told_to_stop_is_answered(
    models: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(waiting_worker.FOLDER, str(tmp_path))
    worker = "worker_module=tests.support.workers.waiting_worker", waiting_worker.MAY_WRITE
    with running_service(*worker) as service, ThreadPoolExecutor(1) as client:
        answer = client.submit(ask_http, service, INVOICE)
        while not (tmp_path / waiting_worker.ARRIVED).exists():
            assert not answer.done()
        service.process.send_signal(signal.SIGTERM)
        children = [service.child(module) for module in ("pdserving.gateway", "tests.support.workers.waiting_worker")]
        while any(c.status == psutil.CONN_LISTEN for child in children for c in child.net_connections()):
            assert not answer.done()
        (tmp_path / waiting_worker.GO).touch()
        assert len(answer.result().lines) == 4
        assert service.process.wait(60) == 0


def test_a_request_that_is_not_done_within_drain_s_is_told_so(
    models: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(waiting_worker.FOLDER, str(tmp_path))
    worker = "worker_module=tests.support.workers.waiting_worker", waiting_worker.MAY_WRITE
    with running_service(*worker, "drain_s=1") as service, ThreadPoolExecutor(1) as client:
        answer = client.submit(ask_http, service, INVOICE)
        while not (tmp_path / waiting_worker.ARRIVED).exists():
            assert not answer.done()
        service.process.send_signal(signal.SIGTERM)
        assert (answer.result().status, answer.result().err_no) == (503, 8000)
        assert "not done within drain_s" in answer.result().err_msg
        (tmp_path / waiting_worker.GO).touch()
        assert service.process.wait(60) == 0
        assert "Traceback" not in service.log.read_text()
