"""What the bench's clients do, and what is made of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pdserving.bench.asking import PipelineClient
from pdserving.bench.closed_loop import TURNS, WARM_UP_PASSES, ContenderError, measure, measure_in_turn
from pdserving.bench.grpc_client import GrpcClient
from pdserving.bench.http_client import HttpClient
from pdserving.bench.measurement import percentile
from tests.support.running import free_ports

PASSES = WARM_UP_PASSES + 1  # that are asked for in no time


def test_the_clients_share_the_pictures_and_each_picture_counts_once_a_pass() -> None:
    asked: list[int] = []

    def client(index: int) -> int:
        asked.append(index)
        return index

    measured = measure([client] * 3, 5, 0, lambda: None)
    assert sorted(asked) == sorted([0, 1, 2, 3, 4] * PASSES)
    assert measured.lines == 10


def test_parties_are_timed_in_alternation_after_all_of_them_warmed_up() -> None:
    asked: list[str] = []

    def first(index: int) -> int:
        asked.append("a")
        return 1

    def second(index: int) -> int:
        asked.append("b")
        return 2

    measured = measure_in_turn([[first], [second]], 3, 0, lambda: 7.0)
    assert {*asked[: 3 * WARM_UP_PASSES]} == {"a", "b"}
    assert "".join(asked[3 * WARM_UP_PASSES :]) == "aaabbbbbbaaa"
    assert TURNS == 2
    assert [(party.lines, party.peak_rss_mb) for party in measured] == [(3, 7.0), (6, 7.0)]


def test_only_the_timed_part_is_watched_and_has_a_picture_for_every_client() -> None:
    asked: list[int] = []
    watched: list[int] = []

    @contextmanager
    def watch() -> Iterator[None]:
        asked.clear()
        yield
        watched.extend(asked)

    def client(index: int) -> int:
        asked.append(index)
        return 1

    measure_in_turn([[client] * 5], 2, 0, lambda: None, watch)
    assert sorted(watched) == sorted(asked) == [0, 0, 0, 1, 1, 1]


def test_a_picture_that_fails_is_told_and_the_others_go_on() -> None:
    def client(index: int) -> int:
        if index == 1:
            raise ValueError("too dark")
        return 4

    measured = measure([client], 3, 0, lambda: None)
    assert measured.failures == ("ValueError: too dark",)
    assert measured.lines == 8


@pytest.mark.parametrize(("transport", "reason"), [(HttpClient, "ConnectionRefusedError"), (GrpcClient, "UNAVAILABLE")])
def test_a_contender_that_does_not_answer_ends_its_run(transport: type[PipelineClient], reason: str) -> None:
    (port,) = free_ports(1)
    client = transport(port, ["page.png"], transport.prepare([""]))
    with pytest.raises(ContenderError, match=rf"no answer to page\.png: {reason}"):
        measure([client], 1, 0, lambda: None)
    client.close()


def test_percentiles_lie_between_neighbours() -> None:
    assert percentile([30, 10, 20], 0.5) == 20
    assert percentile([10, 20], 0.95) == pytest.approx(19.5)
    assert percentile([10], 0.95) == 10
