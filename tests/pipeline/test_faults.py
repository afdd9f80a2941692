"""An op cannot die: whatever a stage raises is one request's error, and the next request is served."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import SAMPLES
from tests.pipeline import faulty_worker as faults
from tests.running import Service, running_service
from tests.talking import Answer, ask_http

INVOICE = (SAMPLES / "invoice.png").read_bytes()


@pytest.fixture(scope="module")
def faulty(models: None) -> Iterator[Service]:
    """A service whose ops fail on request."""
    with running_service("worker_module=tests.pipeline.faulty_worker") as service:
        yield service


def ask(faulty: Service, fault: float) -> Answer:
    return ask_http(faulty, INVOICE, **{"rec.drop_score": str(fault)})


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (faults.PREPROCESS, "internal error in det: ZeroDivisionError"),
        (faults.PROCESS, "internal error in det: "),
        (faults.POSTPROCESS, "internal error in det: KeyError"),
        (faults.EXIT, "internal error in det: SystemExit"),
        (faults.UNPACKABLE, "internal error in the response: ValueError"),
    ],
)
def test_what_a_stage_raises_is_its_requests_error_and_the_next_is_served(
    faulty: Service, fault: float, message: str
) -> None:
    healthy = ask(faulty, 0.5).lines
    for _ in range(3):
        answer = ask(faulty, fault)
        assert (answer.status, answer.err_no) == (500, 3000)
        assert message in answer.err_msg
    assert ask(faulty, 0.5).lines == healthy


def test_results_that_hold_empty_lists_are_an_empty_page(faulty: Service) -> None:
    assert ask(faulty, faults.EMPTY).lines == []
    assert len(ask(faulty, 0.5).lines) == 4


def test_failing_requests_do_not_disturb_those_beside_them(faulty: Service) -> None:
    healthy = ask(faulty, 0.5).lines
    kinds = [0.5, faults.PREPROCESS, faults.PROCESS, faults.EXIT, faults.EMPTY, faults.UNPACKABLE]
    asked = kinds * 10
    with ThreadPoolExecutor(8) as clients:
        for fault, answer in zip(asked, clients.map(lambda fault: ask(faulty, fault), asked), strict=True):
            if fault == 0.5:
                assert answer.lines == healthy
            else:
                assert answer.err_no == (0 if fault == faults.EMPTY else 3000)
