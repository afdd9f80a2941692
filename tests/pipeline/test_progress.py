"""A worker is stalled while a turn does not end, or while requests wait and no turn ends; never while it is idle."""

from pdserving.pipeline.compute_pool import Progress


class World:
    """A clock and a pipeline that the test moves."""

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
