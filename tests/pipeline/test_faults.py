"""An op cannot die: whatever a stage raises is one request's error, and the next request is served."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.paths import SAMPLES
from tests.support.running import Service, running_service
from tests.support.talking import Answer, ask_http
from tests.support.workers import faulty_worker as faults

pytestmark = pytest.mark.service

INVOICE = (SAMPLES / "invoice.png").read_bytes()


@pytest.fixture(scope="module")
def faulty(models: None) -> Iterator[Service]:
    """A service whose ops fail on request."""
    with running_service("worker_module=tests.support.workers.faulty_worker") as service:
        yield service


def ask(faulty: Service, fault: float) -> Answer:
    return ask_http(faulty, INVOICE, **{"rec.drop_score": str(fault)})


def assert_fails_alone(faulty: Service, fault: float, message: str) -> None:
    """A failing request gets its error, and the next one its answer."""
    answer = ask(faulty, fault)
    assert (answer.status, answer.err_no) == (500, 3000)
    assert message in answer.err_msg
    assert [line[0][0] for line in ask(faulty, 0.5).lines][:1] == ["Invoice 2024-118"]


@pytest.mark.parametrize("stage", faults.STAGES)
@pytest.mark.parametrize(
    ("verb", "error"),
    [
        ("skips", "LookupError"),
        ("rows", "ArithmeticError"),
        ("preprocess", "ZeroDivisionError"),
        ("process", ""),
        ("postprocess", "KeyError"),
        ("exit", "SystemExit"),
    ],
)
def test_what_a_stage_raises_is_its_requests_error_and_the_next_is_served(
    faulty: Service, stage: str, verb: str, error: str
) -> None:
    for _ in range(2):  # more often than the op has threads
        assert_fails_alone(faulty, faults.fault_code(stage, verb), f"internal error in {stage}: {error}")


def test_an_answer_that_cannot_be_packed_is_its_requests_error(faulty: Service) -> None:
    assert_fails_alone(faulty, faults.UNPACKABLE, "internal error in the response: ValueError")


def test_results_that_hold_empty_lists_are_an_empty_page(faulty: Service) -> None:
    assert ask(faulty, faults.EMPTY).lines == []
    assert len(ask(faulty, 0.5).lines) == 4


def test_failing_requests_do_not_disturb_those_beside_them(faulty: Service) -> None:
    healthy = ask(faulty, 0.5).lines
    failing = [faults.fault_code(stage, verb) for stage in faults.STAGES for verb in faults.VERBS]
    kinds = [0.5, *failing, faults.EMPTY, faults.UNPACKABLE]
    asked = kinds * 3
    with ThreadPoolExecutor(8) as clients:
        for fault, answer in zip(asked, clients.map(lambda fault: ask(faulty, fault), asked), strict=True):
            if fault == 0.5:
                assert answer.lines == healthy
            else:
                assert answer.err_no == (0 if fault == faults.EMPTY else 3000)
