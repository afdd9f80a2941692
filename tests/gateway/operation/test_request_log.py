"""Each request leaves one line in the log, which a client cannot forge."""

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.hub import ask_hub, start_command
from tests.support.observing import log_line, soon
from tests.support.paths import ROOT, SAMPLES
from tests.support.running import Service, free_ports, running_command, serve_command
from tests.support.talking import ask, ask_http
from tests.support.workers.faulty_worker import fault_code

INVOICE = (SAMPLES / "invoice.png").read_bytes()
FIELDS = {
    "time",
    "level",
    "logger",
    "request_id",
    "method",
    "route",
    "path",
    "status",
    "duration_ms",
    "bytes_in",
    "bytes_out",
    "client",
}


def logged(service: Service, path: str, method: str = "GET") -> dict[str, Any]:
    """The line of a request that is made for it."""
    mark = uuid.uuid4().hex
    ask(service, path, method, headers={"X-Request-ID": mark})
    line: dict[str, Any] = json.loads(log_line(service, mark))
    assert line["request_id"] == mark
    return line


def last_logged(service: Service, path: str, status: int) -> dict[str, Any]:
    """The last line of a path and status; waits for the first."""

    def look() -> dict[str, Any] | None:
        *whole, _ = service.log.read_text().split("\n")
        lines = [json.loads(line) for line in whole if line.startswith("{")]
        wanted = (line for line in reversed(lines) if (line.get("path"), line.get("status")) == (path, status))
        return next(wanted, None)

    return soon(look)


def test_a_line_says_what_was_asked_and_answered(service: Service) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    line = logged(service, "/some/where")
    assert set(line) >= FIELDS
    assert before <= datetime.fromisoformat(line["time"]) <= datetime.now(UTC) + timedelta(seconds=1)
    assert (line["level"], line["method"], line["route"], line["status"]) == ("info", "GET", "unmatched", 404)
    assert (line["path"], line["client"], line["bytes_in"]) == ("/some/where", "127.0.0.1", 0)
    assert line["bytes_out"] > 0
    assert 0 < line["duration_ms"] < 60_000


def test_a_picture_is_counted_in_bytes_and_its_route_is_a_template(service: Service) -> None:
    ask_http(service, INVOICE)
    line = last_logged(service, "/ocr/prediction", 200)
    assert line["route"] == "/{service}/prediction"
    assert line["bytes_in"] > len(INVOICE)
    assert line["duration_ms"] > 1


def test_an_error_has_its_code_whatever_the_protocol(service: Service) -> None:
    assert ask_http(service, b"no picture").status == 415
    assert ask_hub(service, "ocr_det", b"no picture").http_status == 415
    for path in ("/ocr/prediction", "/predict/ocr_det"):
        assert last_logged(service, path, 415)["error_code"] == "image_format"
    assert logged(service, "/v1/ocr", "POST")["error_code"] == "content_type"


def test_neither_query_nor_control_characters_reach_the_log(service: Service) -> None:
    path = '/a%0a%7b"level":"forged"%7d%1b[2J%7f%c2%85%e2%80%a8?token=secret-of-somebody'
    line = logged(service, path)
    assert line["path"] == "/a%0A%7B%22level%22%3A%22forged%22%7D%1B%5B2J%7F%C2%85%E2%80%A8"
    log = service.log.read_text()
    assert "secret-of-somebody" not in log
    assert "\x1b" not in log
    assert "forged" not in {json.loads(line).get("level") for line in log.splitlines() if line.startswith("{")}


def test_a_long_path_is_cut(service: Service) -> None:
    assert len(logged(service, "/" + "x" * 5000)["path"]) == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_leave_no_line_at_info(service: Service, path: str) -> None:
    mark = uuid.uuid4().hex
    assert ask(service, path, headers={"X-Request-ID": mark}).status == 200
    logged(service, "/after")
    assert mark not in service.log.read_text()


def commands(http_port: int, rpc_port: int) -> dict[str, Sequence[str]]:
    """Command lines of both ways to start a service."""
    hub = start_command(http_port, rpc_port, ROOT / "serving_models", "-m", "ocr_det", "-p", str(http_port))
    return {"serve": serve_command(http_port, rpc_port), "hub": hub}


@pytest.mark.service
@pytest.mark.parametrize("way", ["serve", "hub"])
def test_the_flag_gives_lines_for_people_and_wins_over_the_key(models: None, way: str) -> None:
    http_port, rpc_port = free_ports(2)
    command = [*commands(http_port, rpc_port)[way], "--set", "log_format=json", "--log-format", "text"]
    with running_command([*command, "--set", "log_level=debug"], http_port, rpc_port) as service:
        ask(service, "/a%0ab?q", headers={"X-Request-ID": "mine"})
        line = log_line(service, "id mine")
        assert " INFO pdserving.gateway.operation.request_log: GET /a%0Ab 404 in " in line
        assert line.endswith(" bytes out, client 127.0.0.1, id mine, error wrong_service")
        ask(service, "/healthz", headers={"X-Request-ID": "probe"})
        assert " DEBUG " in log_line(service, "id probe")


@pytest.mark.service
def test_every_line_of_gateway_and_worker_is_a_json_object(models: None, tmp_path: Path) -> None:
    http_port, rpc_port = free_ports(2)
    command = serve_command(http_port, rpc_port, ["worker_module=tests.support.workers.faulty_worker"])
    with running_command(command, http_port, rpc_port) as service:
        fault = str(fault_code("det", "preprocess"))
        assert ask_http(service, INVOICE, **{"rec.drop_score": fault}).err_no == 3000
        worker = json.loads(log_line(service, "det failed"))
        assert worker["level"] == "error"
        assert worker["exception"].endswith("ZeroDivisionError: preprocess")
        assert json.loads(log_line(service, '"status": 500'))["level"] == "warning"
        said = [line for line in service.log.read_text().splitlines() if not line.startswith("{")]
    assert [line.split()[0] for line in said] == ["loading", "ready"]  # what `serve` itself says
