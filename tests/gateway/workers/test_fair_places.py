"""Requests share the places: who has fewest gets the next."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pdserving.gateway.workers.fair_places import FairPlaces


def run(steps: Coroutine[Any, Any, None]) -> None:
    # In a thread of its own: the browser of other tests has an event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, steps).result()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


class Pages:
    """Pages of requests that hold a place until they are told to end."""

    def __init__(self, places: FairPlaces) -> None:
        self._places = places
        self.tasks: list[asyncio.Task[None]] = []
        self._ends: list[tuple[str, asyncio.Event]] = []

    @property
    def held(self) -> list[str]:
        """Whose pages have a place."""
        return [owner for owner, _ in self._ends]

    def start(self, owner: str, count: int) -> None:
        self.tasks += [asyncio.create_task(self._page(owner)) for _ in range(count)]

    async def _page(self, owner: str) -> None:
        page = owner, asyncio.Event()
        async with self._places.hold(owner):
            self._ends.append(page)
            try:
                await page[1].wait()
            finally:
                self._ends.remove(page)

    async def end_one(self) -> None:
        """Let the page that has had its place for longest end."""
        self._ends[0][1].set()
        await settle()


def test_one_of_many_pages_leaves_the_next_place_to_one_of_one() -> None:
    async def steps() -> None:
        places = FairPlaces(4)
        pages = Pages(places)
        pages.start("many", 16)
        await settle()
        assert pages.held == ["many"] * 4
        assert places.waiting == 12
        pages.start("one", 1)
        pages.start("another", 1)
        await settle()
        await pages.end_one()
        assert sorted(pages.held) == ["many", "many", "many", "one"]
        await pages.end_one()
        assert sorted(pages.held) == ["another", "many", "many", "one"]
        while pages.held:
            await pages.end_one()
        assert places.waiting == 0

    run(steps())


def test_two_of_many_pages_come_to_the_same_number_of_places() -> None:
    async def steps() -> None:
        pages = Pages(FairPlaces(4))
        pages.start("a", 8)
        await settle()
        pages.start("b", 8)
        for _ in range(4):
            await pages.end_one()
        assert sorted(pages.held) == ["a", "a", "b", "b"]
        while pages.held:
            await pages.end_one()

    run(steps())


@given(st.integers(1, 4), st.lists(st.tuples(st.sampled_from(["start", "end", "cancel"]), st.integers(0, 9))))
def test_no_place_is_lost_or_given_twice_whatever_is_cancelled(count: int, moves: list[tuple[str, int]]) -> None:
    async def steps() -> None:
        places = FairPlaces(count)
        pages = Pages(places)
        for move, number in moves:
            if move == "start":
                pages.start("abc"[number % 3], 1)
            elif move == "end" and pages.held:
                await pages.end_one()
            elif pages.tasks:
                pages.tasks[number % len(pages.tasks)].cancel()
            if number % 2:  # else the next move comes before anybody knows of this one
                await settle()
            assert len(pages.held) <= count
        for task in pages.tasks:
            task.cancel()
        await asyncio.gather(*pages.tasks, return_exceptions=True)
        assert (pages.held, places.waiting) == ([], 0)
        pages.start("new", count)
        await settle()
        assert pages.held == ["new"] * count
        while pages.held:
            await pages.end_one()

    run(steps())


@given(st.lists(st.tuples(st.sampled_from(["start", "end", "resize"]), st.integers(0, 4))))
def test_the_number_of_places_may_change_at_any_time(moves: list[tuple[str, int]]) -> None:
    async def steps() -> None:
        places = FairPlaces(0)
        pages, count = Pages(places), 0
        for move, number in moves:
            before = len(pages.held)
            if move == "start":
                pages.start("abc"[number % 3], 1)
            elif move == "end" and pages.held:
                await pages.end_one()
            elif move == "resize":
                count = number
                places.resize(count)
            await settle()
            assert len(pages.held) <= max(before, count)
            assert places.waiting == 0 or len(pages.held) >= count
        places.resize(len(pages.tasks))
        await settle()
        assert places.waiting == 0
        while pages.held:
            await pages.end_one()

    run(steps())
