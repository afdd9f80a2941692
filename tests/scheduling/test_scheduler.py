"""Pages share a device by the work they get, batches fill or come when it is time, and every page ends once."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdserving.scheduling import Batch, Batching, Job, Preparation, Row, Scheduler
from tests.support.scheduler_driver import STAGE, Arrival, cost, drive

APART = Batching(pixels=32)
SHARED = Batching(pixels=64, size=4, timeout_s=0.005)

arrivals = st.lists(
    st.builds(
        Arrival,
        at=st.floats(0, 0.2),
        widths=st.lists(st.sampled_from([4, 8, 16, 64, 100]), max_size=12).map(tuple),
        solitary=st.booleans(),
    ),
    min_size=1,
    max_size=12,
)
batchings = st.builds(
    Batching, pixels=st.integers(1, 400), size=st.integers(1, 6), timeout_s=st.sampled_from([0, 0.001, 0.01, 0.1])
)


@given(arrivals, batchings, st.integers(1, 3))
def test_every_row_is_computed_once_and_every_page_ends_once(
    pages: list[Arrival], batching: Batching, slots: int
) -> None:
    run = drive(pages, batching, slots)
    assert sorted(run.ended) == list(range(len(pages)))
    for page, arrival in enumerate(pages):
        assert sorted(run.rows(page)) == list(range(len(arrival.widths)))


@given(arrivals, batchings, st.integers(1, 3))
def test_a_pages_rows_of_one_shape_are_computed_in_their_order(
    pages: list[Arrival], batching: Batching, slots: int
) -> None:
    run = drive(pages, batching, slots)
    for page, arrival in enumerate(pages):
        for width in set(arrival.widths):
            of_width = [origin for origin in run.rows(page) if arrival.widths[origin] == width]
            assert of_width == sorted(of_width)


@given(arrivals, batchings, st.integers(1, 3))
def test_a_batch_is_of_one_shape_within_its_limits_and_of_one_page_unless_they_share(
    pages: list[Arrival], batching: Batching, slots: int
) -> None:
    for computed in drive(pages, batching, slots).batches:
        parts = computed.batch.parts
        (shape,) = {row.shape for part in parts for row in part.rows}
        assert 1 <= computed.batch.size <= batching.most(shape)
        assert computed.batch.size == 1 or computed.batch.size * shape[1] * shape[2] <= batching.pixels
        if len(parts) > 1:
            assert batching.shared
            assert len({part.job.key for part in parts}) == len(parts)
            assert not any(part.job.solitary for part in parts)


@given(arrivals, batchings, st.integers(1, 3))
def test_no_row_waits_longer_than_the_timeout_while_a_slot_is_free(
    pages: list[Arrival], batching: Batching, slots: int
) -> None:
    assert drive(pages, batching, slots).overdue == []


@given(st.lists(st.lists(st.sampled_from([3, 8, 20]), min_size=1, max_size=8), min_size=2, max_size=5), batchings)
def test_pages_that_came_together_are_never_further_apart_than_what_a_batch_costs(
    widths: list[list[int]], batching: Batching
) -> None:
    now = [Arrival(0.0, tuple(page)) for page in widths]
    run = drive(now, Batching(batching.pixels))
    served = Counter(dict.fromkeys(range(len(widths)), 0.0))
    left = {page: len(rows) for page, rows in enumerate(widths)}
    most = max(cost(computed.batch) for computed in run.batches)
    for computed in run.batches:
        for part in computed.batch.parts:
            served[part.job.key] += sum(row.shape[2] for row in part.rows)
            left[part.job.key] -= len(part.rows)
        waiting = [served[page] for page, count in left.items() if count]
        if waiting:
            assert max(waiting) - min(waiting) <= most


@given(st.integers(2, 8), st.integers(10, 60), st.booleans())
def test_a_page_of_many_rows_is_not_starved_by_small_ones_that_keep_coming(
    others: int, rows: int, shared: bool
) -> None:
    """Small pages, one for each client: each is followed by another as soon as it is over."""
    scheduler: Scheduler[str, int] = Scheduler()
    scheduler.add_stage(STAGE, 1, Batching(16, 4, 0.0) if shared else Batching(8))
    # Of another shape than the small ones, so it cannot ride in their batches.
    dense = [Row((3, 1, 8), index) for index in range(rows)]
    scheduler.put(Job("dense", STAGE))
    for _ in range(others):
        scheduler.put(Job("small", STAGE))
    served = {"dense": 0.0, "small": 0.0}
    ended: list[str] = []
    while "dense" not in ended:
        turn = scheduler.take(0.0)
        assert turn is not None
        if isinstance(turn, Preparation):
            scheduler.prepared(turn.job, dense if turn.job.key == "dense" else [Row((3, 1, 4), 0)], 0.0)
            continue
        for part in turn.parts:
            served[part.job.key] += sum(row.shape[2] for row in part.rows)
        # Each of the others has had as much as it, and a batch more at most.
        assert served["small"] <= others * (served["dense"] + 16)
        ended = [job.key for job in scheduler.done(turn, {})]
        for key in ended:
            scheduler.put(Job(key, STAGE))


@given(st.integers(1, 4), st.integers(1, 64), st.integers(0, 50))
def test_what_is_done_in_another_stage_does_not_hold_up_who_comes_to_one_with_few_slots(
    dense: int, detector: int, before: int
) -> None:
    """Each stage has a slot and a thread of its own, so the stages do not compete at all."""
    scheduler: Scheduler[str, int] = Scheduler()
    rows = {"dense": [Row((3, 1, 8), index) for index in range(100)], "picture": [Row((3, 1, detector), 0)]}
    rows["small"] = [Row((3, 1, 4), 0)]
    for stage in ("det", STAGE):
        scheduler.add_stage(stage, 1, Batching(8))

    def batches() -> dict[str, Batch[str, int]]:
        found = {}
        while (turn := scheduler.take(0.0)) is not None:
            if isinstance(turn, Preparation):
                scheduler.prepared(turn.job, rows[turn.job.key], 0.0)
            else:
                found[turn.stage] = turn
        return found

    scheduler.put(Job("picture", "det"))
    for _ in range(dense):
        scheduler.put(Job("dense", STAGE))
    computed: list[str] = []
    while "small" not in computed:
        for stage, batch in batches().items():
            (job,) = batch.jobs
            computed += [job.key] * (stage == STAGE)
            if scheduler.done(batch, {}) and stage == "det":
                scheduler.put(Job("picture", "det"))
        if len(computed) == before + 1:
            scheduler.put(Job("small", STAGE))
    assert computed.count("dense") <= before + 1 + dense


def test_a_page_of_many_rows_does_not_hold_up_one_of_few() -> None:
    run = drive([Arrival(0.0, (32,) * 6), Arrival(0.0, (32,))], APART)
    assert [computed.batch.parts[0].job.key for computed in run.batches] == [0, 1, 0, 0, 0, 0, 0]


def test_a_page_that_comes_later_does_not_catch_up_what_others_had_before() -> None:
    run = drive([Arrival(0.0, (20,) * 10), Arrival(0.079, (20,) * 10)], Batching(20))
    assert Counter(computed.batch.parts[0].job.key for computed in run.batches[4:10]) == {0: 3, 1: 3}


def test_the_widest_rows_of_a_page_come_first() -> None:
    run = drive([Arrival(0.0, (4, 32, 8, 32))], APART)
    assert [row.shape[2] for computed in run.batches for row in computed.batch.parts[0].rows] == [32, 32, 8, 4]


def test_a_full_batch_of_several_pages_waits_for_nobody() -> None:
    run = drive([Arrival(0.0, (8, 8)), Arrival(0.001, (8, 8, 8))], SHARED)
    first, second = run.batches
    assert (first.began, [len(part.rows) for part in first.batch.parts]) == (0.001, [2, 2])
    # One row is left over; it has waited its time while the batch before it was computed.
    assert second.began == pytest.approx(0.033)
    assert second.batch.size == 1


def test_a_batch_that_does_not_fill_is_computed_when_its_first_row_has_waited_its_time() -> None:
    run = drive([Arrival(0.0, (8,)), Arrival(0.004, (8,)), Arrival(0.0051, (8,))], SHARED)
    first, second = run.batches
    assert first.began == pytest.approx(0.005)
    assert [part.job.key for part in first.batch.parts] == [0, 1]
    assert second.began == pytest.approx(0.021)


def test_a_dense_page_leaves_room_in_a_batch_for_others() -> None:
    run = drive([Arrival(0.0, (8,) * 20), Arrival(0.001, (8,)), Arrival(0.002, (8,))], SHARED)
    second = run.batches[1].batch
    assert Counter({part.job.key: len(part.rows) for part in second.parts}) == {0: 2, 1: 1, 2: 1}


def test_what_is_solitary_shares_no_batch_and_waits_for_none() -> None:
    run = drive([Arrival(0.0, (8,)), Arrival(0.0, (8,), solitary=True), Arrival(0.0, (8,))], SHARED)
    assert [sorted(part.job.key for part in computed.batch.parts) for computed in run.batches] == [[1], [0, 2]]
    assert run.batches[0].began == 0


def scheduler_with(rows: dict[str, int], slots: int, batching: Batching) -> Scheduler[str, int]:
    """A scheduler with prepared jobs of so many rows each."""
    scheduler: Scheduler[str, int] = Scheduler()
    scheduler.add_stage(STAGE, slots, batching)
    for key in rows:
        scheduler.put(Job(key, STAGE))
    turns = [scheduler.take(0.0) for _ in rows]
    for turn, count in zip(turns, rows.values(), strict=True):
        assert isinstance(turn, Preparation)
        scheduler.prepared(turn.job, [Row((3, 1, 8), index) for index in range(count)], 0.0)
    return scheduler


def test_a_lone_page_waits_for_nobody() -> None:
    scheduler = scheduler_with({"page": 2}, 1, SHARED)
    assert scheduler.take(0.0) is None
    assert scheduler.due() == SHARED.timeout_s
    turn = scheduler.take(0.0, lone=True)
    assert isinstance(turn, Batch)
    assert turn.whole


def test_a_page_that_fails_is_computed_no_further_and_ends_with_its_last_batch() -> None:
    scheduler = scheduler_with({"bad": 9}, 2, Batching(8))
    first, second = scheduler.take(0.0), scheduler.take(0.0)
    assert isinstance(first, Batch)
    assert isinstance(second, Batch)
    (bad,) = first.jobs
    error = ValueError("bad")
    assert scheduler.done(first, {bad: error}) == []
    assert scheduler.waiting(STAGE) == 0
    assert scheduler.take(0.0) is None
    assert scheduler.due() == math.inf
    assert scheduler.done(second, {}) == [bad]
    assert bad.failure is error


def test_a_page_that_fails_in_a_shared_batch_ends_alone() -> None:
    scheduler = scheduler_with({"bad": 2, "good": 4}, 1, SHARED)
    first = scheduler.take(0.0)
    assert isinstance(first, Batch)
    jobs = {job.key: job for job in first.jobs}
    assert scheduler.done(first, {jobs["bad"]: ValueError("bad")}) == [jobs["bad"]]
    last = scheduler.take(1.0)
    assert isinstance(last, Batch)
    assert scheduler.done(last, {}) == [jobs["good"]]
    assert jobs["good"].failure is None


def test_pages_are_prepared_without_a_free_slot_only_where_they_may_share() -> None:
    for batching in (APART, SHARED):
        scheduler = scheduler_with({"page": 8}, 1, batching)
        assert isinstance(scheduler.take(1.0), Batch)
        scheduler.put(Job("next", STAGE))
        assert (scheduler.take(1.0) is not None) == batching.shared


def test_a_stage_without_a_free_slot_does_not_hold_up_another() -> None:
    scheduler = scheduler_with({"first": 4, "second": 4}, 1, Batching(8))
    scheduler.add_stage("det", 2, Batching(8))
    busy = scheduler.take(0.0)
    assert isinstance(busy, Batch)
    assert scheduler.take(0.0) is None
    scheduler.put(Job("third", "det"))
    turn = scheduler.take(0.0)
    assert isinstance(turn, Preparation)
    assert turn.stage == "det"
    scheduler.done(busy, {})
    following = scheduler.take(0.0)
    assert isinstance(following, Batch)
    assert [job.key for job in following.jobs] == ["second"]


def test_it_says_how_many_pages_wait_for_a_turn() -> None:
    scheduler = scheduler_with({"one": 1, "two": 2}, 1, Batching(8))
    assert scheduler.waiting(STAGE) == 2
    scheduler.take(0.0)
    assert scheduler.waiting(STAGE) == 1
