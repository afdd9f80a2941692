"""The worker's module: the one that the configuration names by itself, and one of a user's own."""

import subprocess
import sys
from pathlib import Path

import pytest

from pdserving.config import Settings
from tests.support.paths import ROOT, SAMPLES
from tests.support.running import Service, free_ports, running_command, serve_command
from tests.support.talking import ask_rpc, rpc_request

README = ROOT / "pdserving" / "README.md"
INVOICE = (SAMPLES / "invoice.png").read_bytes()


def test_all_that_a_worker_module_needs_is_imported_from_one_place_and_first() -> None:
    code = "from pdserving.worker import ClassificationOp, DetectionOp, OcrService, Page, RecognitionOp, run_worker"
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, check=True)


def test_a_worker_is_pdserving_worker_where_the_configuration_names_no_other(service: Service) -> None:
    assert Settings().worker_module == "pdserving.worker"
    assert service.child("pdserving.worker").is_running()


@pytest.mark.service
def test_the_worker_module_of_the_readme_hides_digits(models: None, tmp_path: Path) -> None:
    (example,) = [part for part in README.read_text(encoding="utf-8").split("```") if "run_worker(" in part]
    (tmp_path / "my_worker.py").write_text(example.removeprefix("python\n"), encoding="utf-8")
    http_port, rpc_port = free_ports(2)
    settings = ["worker_module=my_worker", f"models_dir={ROOT / 'serving_models'}"]
    with running_command(serve_command(http_port, rpc_port, settings), http_port, rpc_port, tmp_path) as service:
        assert ask_rpc(service, rpc_request(INVOICE)).texts[0] == "Invoice ••••-•••"
