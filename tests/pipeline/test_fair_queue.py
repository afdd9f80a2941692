"""Pages share an op by the work they get; each ends exactly once, whatever its batches do."""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdserving.pipeline.fair_queue import FairQueue, Job

Turns = FairQueue[str, int]


def drain(batches: Mapping[str, int]) -> list[tuple[str, int | None]]:
    """Take all turns in one thread, each batch done before the next is taken; None in the batch's place ends a page."""
    queue: Turns = FairQueue(lambda batch: 1)
    for key, count in batches.items():
        queue.put(Job(key, iter(range(count))))
    taken: list[tuple[str, int | None]] = []
    while sum(batch is None for _, batch in taken) < len(batches):
        turn = queue.take()
        assert turn is not None
        job, batch = turn
        taken.append((job.key, batch))
        if batch is not None:
            assert not job.give_back()
    return taken


def test_a_page_of_many_batches_does_not_hold_up_one_of_few() -> None:
    assert drain({"dense": 4, "small": 1}) == [
        ("dense", 0),
        ("small", 0),
        ("dense", 1),
        ("small", None),
        ("dense", 2),
        ("dense", 3),
        ("dense", None),
    ]


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 6), min_size=1, max_size=6))
def test_every_batch_is_taken_once_in_order_and_every_page_ends_once(batches: dict[str, int]) -> None:
    taken = drain(batches)
    for key, count in batches.items():
        assert [batch for name, batch in taken if name == key] == [*range(count), None]


@given(st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=8), min_size=2, max_size=5))
def test_pages_that_have_work_left_are_never_further_apart_than_a_batch(costs: list[list[int]]) -> None:
    queue: Turns = FairQueue(float)
    for index, batches in enumerate(costs):
        queue.put(Job(str(index), iter(batches)))
    served = Counter({str(index): 0 for index in range(len(costs))})
    left = {str(index): len(batches) for index, batches in enumerate(costs)}
    while any(left.values()):
        turn = queue.take()
        assert turn is not None
        job, batch = turn
        if batch is None:
            continue
        job.give_back()
        served[job.key] += batch
        left[job.key] -= 1
        waiting = [served[key] for key, count in left.items() if count]
        if waiting:
            assert max(waiting) - min(waiting) <= max(map(max, costs))


def test_a_page_that_comes_later_does_not_catch_up_what_others_had_before() -> None:
    queue: Turns = FairQueue(float)
    queue.put(Job("first", iter([5] * 10)))
    for _ in range(4):
        turn = queue.take()
        assert turn is not None
        turn[0].give_back()
    queue.put(Job("second", iter([5] * 10)))
    turns = [queue.take() for _ in range(6)]
    assert [turn[0].key for turn in turns if turn is not None].count("second") == 3


def test_a_page_whose_batches_raise_ends_with_the_failure() -> None:
    def batches() -> Iterator[int]:
        yield 0
        raise SystemExit(3)

    queue: Turns = FairQueue(lambda batch: 1)
    queue.put(Job("page", batches()))
    first = queue.take()
    assert first is not None
    assert not first[0].give_back()
    last = queue.take()
    assert last is not None
    assert last[1] is None
    assert isinstance(last[0].failure, SystemExit)


def test_a_page_that_fails_in_a_batch_makes_no_more_of_them() -> None:
    queue: Turns = FairQueue(lambda batch: 1)
    queue.put(Job("page", iter(range(100))))
    first = queue.take()
    assert first is not None
    assert not first[0].give_back(ValueError("batch"))
    last = queue.take()
    assert last is not None
    assert last[1] is None


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_share_the_batches_of_a_page_and_one_of_them_ends_it(threads: int) -> None:
    queue: Turns = FairQueue(lambda batch: 1)
    pages = {f"page {index}": index % 7 for index in range(40)}
    done: Counter[str] = Counter()
    ended: list[str] = []
    lock, all_ended = threading.Lock(), threading.Event()

    def work() -> None:
        while (turn := queue.take()) is not None:
            job, batch = turn
            last = batch is None
            if batch is not None:
                with lock:
                    done[job.key] += 1
                last = job.give_back()
            if last:
                with lock:
                    ended.append(job.key)
                    if len(ended) == len(pages):
                        all_ended.set()

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for key, count in pages.items():
        queue.put(Job(key, iter(range(count))))
    assert all_ended.wait(30)
    queue.close()
    for worker in workers:
        worker.join(30)
        assert not worker.is_alive()
    assert sorted(ended) == sorted(pages)
    assert dict(done) == {key: count for key, count in pages.items() if count}
