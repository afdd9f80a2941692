"""The worker's module: the one that the configuration names by itself, and one of a user's own."""

import subprocess
import sys

from pdserving.config import Settings
from tests.support.running import ROOT, Service


def test_all_that_a_worker_module_needs_is_imported_from_one_place_and_first() -> None:
    code = "from pdserving.worker import ClassificationOp, DetectionOp, OcrService, Page, RecognitionOp, run_worker"
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, check=True)


def test_a_worker_is_pdserving_worker_where_the_configuration_names_no_other(service: Service) -> None:
    assert Settings().worker_module == "pdserving.worker"
    assert service.child("pdserving.worker").is_running()
