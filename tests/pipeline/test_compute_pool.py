"""Threads that compute the batches of all stages."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue

import numpy as np
import pytest
from numpy.typing import NDArray

from pdserving.cores import usable_cores
from pdserving.pipeline.compute_pool import ComputePool
from pdserving.pipeline.fair_queue import Job

WAIT_S = 30


@dataclass(frozen=True, eq=False)
class Piece:
    """A batch of one row."""

    tensor: NDArray[np.float32] = field(default_factory=lambda: np.zeros((1, 3, 8, 8), np.float32))
    cost: float = 1.0


class Recorder:
    """A stage that says which of its jobs have ended, and waits at `gate` with each batch."""

    def __init__(self, name: str, gate: threading.Event) -> None:
        self.name = name
        self.batches: Counter[str] = Counter()
        self.most = 0
        self.begun: SimpleQueue[str] = SimpleQueue()
        self.ended: SimpleQueue[str] = SimpleQueue()
        self._gate = gate
        self._now = 0
        self._lock = threading.Lock()

    def subject(self, job: Job[str, Piece]) -> None:
        return None

    def serve(self, job: Job[str, Piece], batch: Piece | None) -> None:
        if batch is None:
            self.ended.put(job.key)
            return
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            self.batches[job.key] += 1
        self.begun.put(job.key)
        assert self._gate.wait(WAIT_S)
        with self._lock:
            self._now -= 1
        if job.give_back():
            self.ended.put(job.key)


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


def job(key: str, stage: str, batches: int) -> Job[str, Piece]:
    return Job(key, (Piece() for _ in range(batches)), stage)


def opened() -> threading.Event:
    gate = threading.Event()
    gate.set()
    return gate


def test_there_is_a_thread_for_each_core_unless_a_number_is_given() -> None:
    assert ComputePool("auto").threads == usable_cores()
    pool = ComputePool(3)
    before = threading.active_count()
    with started(pool):
        assert threading.active_count() - before == pool.threads == 3
    assert threading.active_count() == before


@pytest.mark.parametrize(("threads", "slots"), [(1, 1), (3, 1), (3, 2), (2, 5)])
def test_every_batch_is_computed_once_and_every_page_ends_once_in_each_stage(threads: int, slots: int) -> None:
    pool = ComputePool(threads)
    stages = [Recorder(name, opened()) for name in ("det", "rec")]
    counts = {f"page {index}": index % 5 for index in range(20)}
    with started(pool):
        for stage in stages:
            pool.add(stage, slots)
            for key, count in counts.items():
                pool.put(job(key, stage.name, count))
        for stage in stages:
            assert sorted(stage.ended.get(timeout=WAIT_S) for _ in counts) == sorted(counts)
            assert stage.batches == Counter(counts)
            assert stage.most <= min(threads, slots)


def test_a_stage_whose_slots_are_taken_leaves_the_other_threads_to_the_others() -> None:
    pool, gate = ComputePool(2), threading.Event()
    det, rec = Recorder("det", opened()), Recorder("rec", gate)
    pool.add(det, 2)
    pool.add(rec, 1)
    with started(pool):
        pool.put(job("page", "rec", 4))
        assert rec.begun.get(timeout=WAIT_S) == "page"
        pool.put(job("another", "rec", 1))
        pool.put(job("detected", "det", 2))
        assert det.ended.get(timeout=WAIT_S) == "detected"
        assert (rec.batches["page"], rec.batches["another"]) == (1, 0)
        gate.set()
        assert sorted(rec.ended.get(timeout=WAIT_S) for _ in range(2)) == ["another", "page"]
    assert rec.most == 1
