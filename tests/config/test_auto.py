"""What `auto` stands for."""

import pytest

from pdserving.config import Settings
from pdserving.config.auto import (
    FEWEST_IN_FLIGHT,
    PREDICTORS_A_GPU,
    compute_threads,
    concurrency,
    engine_name,
    gpu_precision,
    max_in_flight,
    pdf_processes,
)
from pdserving.config.ops import RecognitionSection
from pdserving.config.predictor import GPU, LocalService
from pdserving.config.schema import Limits
from pdserving.hardware.processor import usable_cores

ON_TWO_GPUS = LocalService(device_type=GPU, devices="0,1")


def test_the_number_of_requests_in_flight_follows_from_the_cores_or_is_as_it_is_set() -> None:
    assert max_in_flight(Limits()) >= max(FEWEST_IN_FLIGHT, usable_cores())
    assert max_in_flight(Limits(max_in_flight=3)) == 3


def test_the_number_of_pdf_processes_follows_from_the_cores_or_is_as_it_is_set() -> None:
    assert 2 <= pdf_processes(Limits()) <= 4
    assert pdf_processes(Limits(pdf_processes=7)) == 7


def test_a_thread_a_core_computes_and_on_gpus_one_more_for_each_predictor() -> None:
    assert compute_threads(Settings()) == usable_cores()
    assert compute_threads(Settings(compute_threads=5)) == 5
    settings = Settings.model_validate({"op": {"rec": {"local_service_conf": ON_TWO_GPUS}}})
    assert compute_threads(settings) == usable_cores() + 2 * PREDICTORS_A_GPU


def test_an_op_has_a_predictor_for_each_thread_or_two_on_each_gpu() -> None:
    assert concurrency(RecognitionSection(), 3) == 3
    assert concurrency(RecognitionSection(concurrency=5), 3) == 5
    assert concurrency(RecognitionSection(local_service_conf=ON_TWO_GPUS), 3) == 2 * PREDICTORS_A_GPU


def test_the_engine_is_the_fastest_on_its_device() -> None:
    assert engine_name("auto", LocalService()) == "openvino"
    assert engine_name("auto", ON_TWO_GPUS) == "paddle"
    assert engine_name("paddle", LocalService()) == "paddle"


@pytest.mark.parametrize(("capability", "precision"), [((6, 1), "fp32"), ((7, 0), "fp16"), ((12, 0), "fp16")])
def test_a_gpu_with_tensor_cores_computes_in_half_precision(capability: tuple[int, int], precision: str) -> None:
    assert gpu_precision(ON_TWO_GPUS, capability) == precision
    assert gpu_precision(ON_TWO_GPUS.model_copy(update={"precision": "fp32"}), capability) == "fp32"
