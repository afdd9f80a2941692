"""Pages share an op by the work they get; each ends exactly once, whatever its batches do."""

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

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


def next_turn(queue: Turns) -> tuple[str, int | None]:
    """The next turn, which is there at once; its slot stays taken."""
    turn = queue.take()
    assert turn is not None
    return turn[0].key, turn[1]


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


def work_off(jobs: Iterable[Job[str, int]], slots: Mapping[str, int], threads: int) -> Counter[str]:
    """Let threads work off jobs of stages with limits; the most turns of each stage at a time."""
    queue: Turns = FairQueue(lambda batch: 1)
    for stage, count in slots.items():
        queue.limit(stage, count)
    left = 0
    for job in jobs:
        queue.put(job)
        left += 1
    now: Counter[str] = Counter()
    most: Counter[str] = Counter()
    lock, all_ended = threading.Lock(), threading.Event()

    def work() -> None:
        nonlocal left
        while (turn := queue.take()) is not None:
            job, batch = turn
            with lock:
                now[job.stage] += 1
                most[job.stage] = max(most[job.stage], now[job.stage])
            time.sleep(0)  # lets another thread take its turn
            ended = batch is None or job.give_back()
            with lock:
                now[job.stage] -= 1
                left -= ended
                if left == 0:
                    all_ended.set()
            queue.release(job.stage)

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    assert all_ended.wait(30)
    queue.close()
    for worker in workers:
        worker.join(30)
        assert not worker.is_alive()
    return most


@given(
    st.lists(st.tuples(st.sampled_from(["det", "rec"]), st.integers(0, 5)), min_size=1, max_size=12),
    st.fixed_dictionaries({"det": st.integers(1, 3), "rec": st.integers(1, 3)}),
    st.integers(1, 5),
)
def test_a_stage_never_has_more_turns_at_a_time_than_slots_and_every_job_ends(
    asked: list[tuple[str, int]], slots: dict[str, int], threads: int
) -> None:
    jobs = [Job(str(index), iter(range(count)), stage) for index, (stage, count) in enumerate(asked)]
    most = work_off(jobs, slots, threads)
    assert all(most[stage] <= min(slots[stage], threads) for stage in slots)


def test_a_stage_without_a_free_slot_does_not_hold_up_another() -> None:
    queue: Turns = FairQueue(lambda batch: 1)
    queue.limit("rec", 1)
    queue.put(Job("first", iter(range(9)), "rec"))
    queue.put(Job("second", iter(range(9)), "rec"))
    queue.put(Job("third", iter(range(2)), "det"))
    assert [next_turn(queue) for _ in range(3)] == [("first", 0), ("third", 0), ("third", 1)]
    queue.release("rec")
    assert next_turn(queue) == ("second", 0)


def test_a_slot_that_is_given_back_goes_to_a_thread_that_waits_for_one() -> None:
    queue: Turns = FairQueue(lambda batch: 1)
    queue.limit("rec", 1)
    queue.put(Job("page", iter(range(2)), "rec"))
    first = queue.take()
    assert first is not None
    got: SimpleQueue[int | None] = SimpleQueue()

    def wait_for_a_turn() -> None:
        turn = queue.take()
        got.put(turn[1] if turn is not None else None)

    waiter = threading.Thread(target=wait_for_a_turn, daemon=True)
    waiter.start()
    waiter.join(0.1)
    assert waiter.is_alive()
    assert got.empty()
    queue.release("rec")
    assert got.get(timeout=30) == 1
    waiter.join(30)


def test_closing_wakes_every_thread_that_waits() -> None:
    queue: Turns = FairQueue(lambda batch: 1)
    with ThreadPoolExecutor(3) as threads:
        waiting = [threads.submit(queue.take) for _ in range(3)]
        queue.close()
        assert [future.result(timeout=30) for future in waiting] == [None] * 3
