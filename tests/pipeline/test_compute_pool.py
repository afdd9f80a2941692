"""Threads that compute the batches of all stages, and how a pool that gets nothing done is found out."""

import itertools
import threading
import weakref
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import NamedTuple

import pytest

from pdserving.pipeline.compute_pool import ComputePool, Progress
from pdserving.scheduling import Batch, Batching, Job, Row

WAIT_S = 30
APART = Batching(pixels=64)
SHARED = Batching(pixels=64 * 4, size=4, timeout_s=0.01)


class Key(NamedTuple):
    """A page of so many rows."""

    name: str
    rows: int


class Recorder:
    """A stage whose jobs have as many rows as their keys say.

    It says which jobs have begun and ended, and waits at `gate` with each batch.
    """

    work = 1.0

    def __init__(self, name: str, gate: threading.Event, batching: Batching = APART) -> None:
        self.name = name
        self.batching = batching
        self.batches: list[Counter[Key]] = []
        self.most = 0
        self.begun: SimpleQueue[Key] = SimpleQueue()
        self.ended: SimpleQueue[Key] = SimpleQueue()
        self._gate = gate
        self._now = 0
        self._lock = threading.Lock()

    def subject(self, job: Job[Key, int]) -> None:
        return None

    def prepare(self, job: Job[Key, int]) -> list[Row[int]]:
        return [Row((3, 8, 8), index) for index in range(job.key.rows)]

    def further_rows(self, job: Job[Key, int]) -> list[Row[int]]:
        return []

    def compute(self, batch: Batch[Key, int]) -> dict[Job[Key, int], BaseException]:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            self.batches.append(Counter({part.job.key: len(part.rows) for part in batch.parts}))
        for job in batch.jobs:
            self.begun.put(job.key)
        assert self._gate.wait(WAIT_S)
        with self._lock:
            self._now -= 1
        return {}

    def end(self, job: Job[Key, int]) -> None:
        self.ended.put(job.key)

    @property
    def rows(self) -> Counter[Key]:
        """How many rows of each page have been computed."""
        return sum(self.batches, Counter())


@contextmanager
def started(pool: ComputePool) -> Iterator[None]:
    """A pool at work; its threads are gone afterwards."""
    before = set(threading.enumerate())
    pool.start()
    mine = set(threading.enumerate()) - before
    try:
        yield
    finally:
        pool.close()
        for thread in mine:
            thread.join(WAIT_S)
    assert not any(thread.is_alive() for thread in mine)


def opened() -> threading.Event:
    gate = threading.Event()
    gate.set()
    return gate


def test_there_are_as_many_threads_as_are_asked_for() -> None:
    pool = ComputePool(3)
    before = threading.active_count()
    with started(pool):
        assert threading.active_count() - before == pool.threads == 3
    assert threading.active_count() == before


@pytest.mark.parametrize("batching", [APART, SHARED])
@pytest.mark.parametrize(("threads", "slots"), [(1, 1), (3, 1), (3, 2), (2, 5)])
def test_every_row_is_computed_once_and_every_page_ends_once_in_each_stage(
    threads: int, slots: int, batching: Batching
) -> None:
    pool = ComputePool(threads)
    stages = [Recorder(name, opened(), batching) for name in ("det", "rec")]
    pages = [Key(f"page {index}", index % 5) for index in range(20)]
    for stage in stages:
        pool.add(stage, slots)
    with started(pool):
        for stage, page in itertools.product(stages, pages):
            pool.put(Job(page, stage.name))
        for stage in stages:
            assert sorted(stage.ended.get(timeout=WAIT_S) for _ in pages) == sorted(pages)
            assert stage.rows == Counter({page: page.rows for page in pages if page.rows})
            assert stage.most <= min(threads, slots)


class Repeater(Recorder):
    """A stage whose jobs have their rows again, as often as they have rows."""

    def __init__(self, name: str, batching: Batching) -> None:
        super().__init__(name, opened(), batching)
        self._asked: Counter[Key] = Counter()

    def further_rows(self, job: Job[Key, int]) -> list[Row[int]]:
        self._asked[job.key] += 1
        assert self.rows[job.key] == job.key.rows * self._asked[job.key]  # all it had are computed
        return self.prepare(job) if self._asked[job.key] < job.key.rows else []


@pytest.mark.parametrize("batching", [APART, SHARED])
@pytest.mark.parametrize("threads", [1, 3])
def test_a_page_goes_on_with_further_rows_when_all_of_those_before_are_computed(
    threads: int, batching: Batching
) -> None:
    pool, stage = ComputePool(threads), Repeater("det", batching)
    pages = [Key(f"page {index}", index % 4) for index in range(20)]
    pool.add(stage, 2)
    with started(pool):
        for page in pages:
            pool.put(Job(page, stage.name))
        assert sorted(stage.ended.get(timeout=WAIT_S) for _ in pages) == sorted(pages)
    assert stage.rows == Counter({page: page.rows**2 for page in pages if page.rows})


def test_a_stage_whose_slots_are_taken_leaves_the_other_threads_to_the_others() -> None:
    pool, gate = ComputePool(2), threading.Event()
    det, rec = Recorder("det", opened()), Recorder("rec", gate)
    pool.add(det, 2)
    pool.add(rec, 1)
    page, another, detected = Key("page", 4), Key("another", 1), Key("detected", 2)
    with started(pool):
        pool.put(Job(page, "rec"))
        assert rec.begun.get(timeout=WAIT_S) == page
        pool.put(Job(another, "rec"))
        pool.put(Job(detected, "det"))
        assert det.ended.get(timeout=WAIT_S) == detected
        assert rec.rows == Counter({page: 1})
        gate.set()
        assert sorted(rec.ended.get(timeout=WAIT_S) for _ in range(2)) == [another, page]
    assert rec.most == 1


def test_a_thread_that_waits_keeps_no_page_in_memory() -> None:
    pool, gone = ComputePool(1), threading.Event()
    pool.add(Recorder("rec", opened()), 1)
    with started(pool):
        job = Job[Key, int](Key("page", 1), "rec")
        weakref.finalize(job, gone.set)
        pool.put(job)
        del job
        assert gone.wait(WAIT_S)


def test_pages_share_a_batch_that_is_computed_when_its_time_has_come() -> None:
    pool = ComputePool(1)
    stage = Recorder("rec", opened(), SHARED)
    pool.add(stage, 1)
    one, other = Key("one", 1), Key("other", 2)
    # Two requests: none of them is alone, and waits for others.
    with pool.in_flight, pool.in_flight:
        pool.put(Job(one, "rec"))
        pool.put(Job(other, "rec"))
        with started(pool):
            assert sorted(stage.ended.get(timeout=WAIT_S) for _ in range(2)) == [one, other]
    assert stage.batches == [Counter({one: 1, other: 2})]


def test_a_request_waits_for_no_other_when_the_others_have_ended() -> None:
    pool = ComputePool(1)
    stage = Recorder("rec", opened(), Batching(64 * 4, size=4, timeout_s=10 * WAIT_S))
    pool.add(stage, 1)
    page = Key("page", 1)
    with pool.in_flight, started(pool):
        with pool.in_flight:
            pool.put(Job(page, "rec"))
            with pytest.raises(Empty):
                stage.ended.get(timeout=0.05)
        assert stage.ended.get(timeout=WAIT_S) == page


class World:
    """A clock and a pipeline that the test moves, and the progress that is seen in them."""

    def __init__(self) -> None:
        self.now = 100.0
        self.busy = False
        self.progress = Progress(lambda: self.busy, lambda: self.now)


def test_an_idle_worker_is_not_stalled() -> None:
    world = World()
    world.now += 1000
    assert world.progress.stalled_s() == 0


def test_requests_that_come_after_a_long_idle_time_have_their_own_time() -> None:
    world = World()
    world.now += 1000
    world.progress.stalled_s()
    world.busy = True
    world.now += 1
    assert world.progress.stalled_s() == 1


def test_a_turn_that_does_not_end_stalls_the_worker_whatever_other_threads_do() -> None:
    world = World()
    world.busy = True
    world.progress.begin()
    world.now += 7
    assert world.progress.stalled_s() == 7


def test_requests_without_a_turn_stall_the_worker() -> None:
    world = World()
    world.busy = True
    world.now += 5
    assert world.progress.stalled_s() == 5


def test_each_turn_that_ends_is_progress() -> None:
    world = World()
    world.busy = True
    for _ in range(10):
        world.progress.begin()
        world.now += 4
        world.progress.end()
        assert world.progress.stalled_s() == 0


def test_an_end_without_a_turn_is_no_progress() -> None:
    world = World()
    world.busy = True
    world.now += 5
    world.progress.end()
    assert world.progress.stalled_s() == 5
