"""A picture that kills workers is refused, and what was beside it is not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

from tests.support.image_files import blank_png
from tests.support.observing import soon, worker_restarts
from tests.support.paths import SAMPLES
from tests.support.running import Service
from tests.support.talking import Answer, ask_http, ask_rpc, rpc_request
from tests.support.workers import fragile_worker

INVOICE = (SAMPLES / "invoice.png").read_bytes()
REFUSED = 5032


def ask_rpc_again(service: Service, image: bytes) -> Answer:
    """Over gRPC, as a client without a retry policy does that asks until it has an answer."""

    def ask() -> Answer | None:
        try:
            return ask_rpc(service, rpc_request(image))
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.UNAVAILABLE:
                raise
            return None

    return soon(ask)


def assert_refused(answer: Answer) -> None:
    assert answer.err_no == REFUSED
    assert answer.status in (None, 422)
    assert "the worker process that computed it ended unexpectedly, and so did the next one" in answer.err_msg


@pytest.mark.parametrize(("ask", "seed"), [(ask_http, 1), (ask_rpc_again, 2)])
def test_a_picture_that_kills_two_workers_is_refused_from_then_on(
    fragile: Service, ask: Callable[[Service, bytes], Answer], seed: int
) -> None:
    before = worker_restarts(fragile)
    poison = blank_png(fragile_worker.DEADLY, seed)
    assert_refused(ask(fragile, poison))
    soon(lambda: worker_restarts(fragile) == before + 2)
    assert_refused(ask_http(fragile, poison))
    assert_refused(ask_rpc_again(fragile, poison))
    assert len(ask(fragile, INVOICE).lines) == 4
    assert worker_restarts(fragile) == before + 2


def test_what_was_beside_it_is_answered_and_acquitted(fragile: Service, truth: dict[str, list[str]]) -> None:
    names = ["invoice.png", "poster.jpg"]
    files = {name: (SAMPLES / name).read_bytes() for name in names}
    # Another twice, later, so that who was suspect because of the first is beside the second again.
    poisons = [blank_png(fragile_worker.DEADLY, seed) for seed in (3, 3, 4)]
    with ThreadPoolExecutor(8) as clients, ThreadPoolExecutor(3) as poisoners:
        innocents = [(name, clients.submit(ask_http, fragile, files[name])) for name in names * 20]
        poisoned = [poisoners.submit(ask_http, fragile, poison) for poison in poisons]
        for answer in poisoned:
            assert_refused(answer.result())
        for name, asked in innocents:
            assert asked.result().texts == truth[name], asked.result()
    for name in names:
        assert ask_http(fragile, files[name]).texts == truth[name]
    assert all(ask_http(fragile, poison).err_no == REFUSED for poison in poisons)
