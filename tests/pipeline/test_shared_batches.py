"""Requests that share batches get what each would get alone, and one that fails in a batch fails alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.make_samples import PICTURES
from tests.support.observing import Metrics
from tests.support.paths import SAMPLES
from tests.support.running import Service, running_service
from tests.support.talking import Answer, Lines, ask_http, assert_same
from tests.support.workers import faulty_worker as faults

pytestmark = pytest.mark.service

CLIENTS = 8
# A timeout that lets clients on a slow machine meet.
SHARED = tuple(
    f"op.{stage}.{pair}"
    for stage in faults.STAGES
    for pair in ("batch_size=8", "auto_batching_timeout=200", "batch_pixels=589824")
)


@pytest.fixture(scope="module")
def sharing(models: None) -> Iterator[Service]:
    """A service whose requests share batches, and whose ops fail on request."""
    with running_service("worker_module=tests.support.workers.faulty_worker", *SHARED) as service:
        yield service


def ask(service: Service, name: str, fault: float = 0.5) -> Answer:
    return ask_http(service, (SAMPLES / name).read_bytes(), **{"rec.drop_score": str(fault)})


def test_what_requests_get_does_not_depend_on_those_they_share_batches_with(sharing: Service, service: Service) -> None:
    alone: dict[str, Lines] = {name: ask(service, name).lines for name in PICTURES}
    order = [name for name in PICTURES for _ in range(4)] * 2
    with ThreadPoolExecutor(CLIENTS) as clients:
        for name, answer in zip(order, clients.map(lambda name: ask(sharing, name), order), strict=True):
            assert_same(answer.lines, alone[name])
    metrics = Metrics(sharing)
    pages, batches = (metrics.value(f"pdserving_batch_size_{part}", stage="det") for part in ("sum", "count"))
    assert pages == sum(bool(PICTURES[name]) for name in order)  # in the blank one there is nothing to see
    assert batches < pages


@pytest.mark.parametrize("stage", faults.STAGES)
@pytest.mark.parametrize("verb", faults.VERBS)
def test_what_fails_in_a_shared_batch_fails_alone(sharing: Service, stage: str, verb: str) -> None:
    kinds = [0.5, faults.fault_code(stage, verb), 0.5, 0.5]
    with ThreadPoolExecutor(len(kinds)) as clients:
        answers = [*clients.map(lambda fault: ask(sharing, "invoice.png", fault), kinds)]
    assert [answer.err_no for answer in answers] == [0, 3000, 0, 0]
    assert len({str(answer.texts) for answer in answers if not answer.err_no}) == 1
