"""Threads compute pictures side by side, and a suspect alone."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pdserving.pipeline.turns import Turns
from pdserving.supervision.journal import Journal, Subject

THREADS = 4
WAIT_S = 30


@given(st.lists(st.booleans(), max_size=40))
def test_a_suspect_is_alone_and_every_turn_comes(suspects: list[bool]) -> None:
    turns, now, lock = Turns(), [], threading.Lock()
    left = list(enumerate(suspects))
    seen = []

    def work(thread: int) -> None:
        while True:
            with lock:
                if not left:
                    return
                number, suspect = left.pop()
            turns.begin(thread, [Subject(bytes([number]) * 16, suspect)])
            with lock:
                now.append(suspect)
                seen.append((number, list(now)))
            with lock:
                now.remove(suspect)
            turns.end(thread)

    with ThreadPoolExecutor(THREADS) as threads:
        for done in [threads.submit(work, thread) for thread in range(THREADS)]:
            done.result(WAIT_S)
    assert sorted(number for number, _ in seen) == list(range(len(suspects)))
    assert all(len(beside) == 1 for _, beside in seen if any(beside))


def test_a_suspect_waits_for_those_that_are_computed_and_others_wait_for_it() -> None:
    turns = Turns()
    begun = [threading.Event() for _ in range(3)]

    def take(thread: int, suspect: bool) -> None:
        turns.begin(thread, [Subject(bytes(16), suspect)])
        begun[thread].set()

    take(0, False)
    with ThreadPoolExecutor(2) as threads:
        threads.submit(take, 1, True)
        assert not begun[1].wait(0.05)
        turns.end(0)
        assert begun[1].wait(WAIT_S)
        threads.submit(take, 2, False)
        assert not begun[2].wait(0.05)
        turns.end(1)
        assert begun[2].wait(WAIT_S)


def test_what_is_computed_stands_in_the_journal(tmp_path: Path) -> None:
    turns = Turns(Journal(tmp_path, threads=2, pictures=2))
    (path,) = tmp_path.iterdir()
    empty = path.read_bytes()
    turns.begin(1, [Subject(b"x" * 16), Subject(b"y" * 16)])
    assert path.read_bytes() == bytes(2 * 17) + b"x" * 16 + b"\0" + b"y" * 16 + b"\0"
    turns.begin(0, [])
    turns.end(0)
    turns.end(1)
    assert path.read_bytes() == empty
