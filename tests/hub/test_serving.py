"""Hub's way of working: install, start, stop, change, install, start."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.hub import ask_hub, own_models_dir, running_hub, start_command
from tests.support.paths import MODELS, ROOT, SAMPLES
from tests.support.running import free_ports, running_command
from tests.support.service_packages import copy_inference_model, write_package
from tests.support.talking import ask_http, without_blanks

pytestmark = pytest.mark.service

INVOICE = (SAMPLES / "invoice.png").read_bytes()
UPSIDE_DOWN = (SAMPLES / "upside_down.png").read_bytes()

FLAGGED = """
from pdserving.hub.module import HubModule


class Module(HubModule):
    \"\"\"Says which lines a person has to look at.\"\"\"

    def postprocess(self, results):
        return [{**line, "unsure": line["confidence"] < 0.9} for line in results]
"""

FAILING = """
from pdserving.hub.module import HubModule


class Module(HubModule):
    def postprocess(self, results):
        if not results:
            raise LookupError("there is nothing to read")
        return results
"""


@pytest.fixture
def own_models(models: None, tmp_path: Path) -> Path:
    """A folder of models of the test's own."""
    return own_models_dir(tmp_path / "models")


def hub(*arguments: str | Path) -> str:
    """What a command that works prints."""
    command = [sys.executable, "-m", "pdserving", "hub", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True).stdout


def test_a_service_is_stopped_changed_installed_and_started(own_models: Path, tmp_path: Path) -> None:
    package = write_package(tmp_path / "receipts", "receipts", init_args={"version": "1.0.0"})
    places = ("--models-dir", own_models)
    hub("install", package, *places)
    with running_hub(own_models, "receipts==1.0.0") as service:
        upright = ask_hub(service, "receipts", UPSIDE_DOWN).only
        before = ask_hub(service, "receipts", INVOICE).only
        assert hub("serving", "stop", "-p", str(service.http_port)) == f"stopped: {service.process.pid}\n"
        assert service.process.wait(5) == 0
    assert [line["angle"] for line in upright] == ["180", "180"]
    assert set(before[0]) == {"angle", "text", "confidence", "text_region"}

    copy_inference_model("ppocrv4_rec", package / "inference" / "rec")
    shutil.copyfile(MODELS / "ppocrv4_rec" / "characters.txt", package / "keys.txt")
    (package / "params.yml").write_text(
        "rec_model_dir: inference/rec\nrec_char_dict_path: keys.txt\nuse_space_char: true\n"
        'rec_image_shape: "3, 48, 320"\nuse_angle_cls: false\ndrop_score: 0.0\n',
        encoding="utf-8",
    )
    (package / "module.py").write_text(FLAGGED, encoding="utf-8")
    hub("uninstall", "receipts", *places)
    hub("install", package, *places)
    with running_hub(own_models, "receipts") as service:
        after = ask_hub(service, "receipts", INVOICE).only
        turned = ask_hub(service, "receipts", UPSIDE_DOWN).only
        piped = ask_http(service, INVOICE).texts
    assert set(after[0]) == {"angle", "text", "confidence", "text_region", "unsure"}
    assert [without_blanks(line["text"]) for line in after] == [without_blanks(line["text"]) for line in before]
    # The other model: PP-OCRv4 gives other scores. All routes of the server use it.
    assert [line["confidence"] for line in after] != [line["confidence"] for line in before]
    assert [line["text"] for line in after] == piped
    # The classifier is off: what is upside down is read as it is.
    assert {line["angle"] for line in turned} == {"0"}
    assert [line["text"] for line in turned] != [line["text"] for line in upright]
    assert any(line["unsure"] for line in turned)


def test_a_server_serves_the_modules_that_were_asked_for(own_models: Path) -> None:
    with running_hub(own_models, "ocr_det", "ocr_rec") as service:
        assert len(ask_hub(service, "ocr_det", INVOICE).only) == 4
        assert ask_hub(service, "ocr_system", INVOICE).msg == "no service 'ocr_system'; accepted: ocr_det, ocr_rec"
        assert len(ask_http(service, INVOICE).lines) == 4


def test_a_configuration_file_starts_its_module_with_its_predict_args(own_models: Path, tmp_path: Path) -> None:
    port, rpc_port = free_ports(2)
    config = json.loads((ROOT / "configs" / "hub" / "ocr_system.json").read_text(encoding="utf-8"))
    config["port"] = port
    config["modules_info"]["ocr_system"]["predict_args"] = {"use_angle_cls": False, "drop_score": 1.0}
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    with running_command(start_command(port, rpc_port, own_models, "-c", str(path)), port, rpc_port) as service:
        assert ask_hub(service, "ocr_system", INVOICE).only == []
        assert len(ask_http(service, INVOICE).lines) == 4


def test_an_exception_of_a_module_is_that_requests_error(own_models: Path, tmp_path: Path) -> None:
    hub("install", write_package(tmp_path / "mine", "mine", module=FAILING), "--models-dir", own_models)
    with running_hub(own_models, "mine", "ocr_system") as service:
        blank = (SAMPLES / "blank.png").read_bytes()
        answer = ask_hub(service, "mine", INVOICE, blank)
        assert answer.http_status == 500
        assert answer.msg == "images[1]: module mine: postprocess failed: LookupError: there is nothing to read"
        assert len(ask_hub(service, "mine", INVOICE).only) == 4
        assert ask_hub(service, "ocr_system", blank).only == []


def test_a_module_that_broke_after_its_installation_stops_the_start(own_models: Path, tmp_path: Path) -> None:
    hub("install", write_package(tmp_path / "mine", "mine", module=FLAGGED), "--models-dir", own_models)
    (own_models / "hub" / "mine" / "module.py").write_text("import no_such_package\n", encoding="utf-8")
    port, rpc_port = free_ports(2)
    command = start_command(port, rpc_port, own_models, "-m", "mine", "-p", str(port))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert "module.py: cannot be loaded: ModuleNotFoundError: No module named 'no_such_package'" in done.stderr
    assert "Traceback" not in done.stderr
