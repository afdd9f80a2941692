"""The places in the workers' pipelines: a request of many pictures leaves room for those of one."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class FairPlaces:
    """Places, of which the request that holds the fewest gets the next one (max-min fairness).

    All of its methods belong to one event loop.

    Args:
        count: how many places there are.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._free = count  # less than 0 after a `resize` to fewer than are held
        self._held: Counter[Hashable] = Counter()
        # Among requests that hold equally many, the one that has waited longest comes first, by the dict's order.
        self._queues: dict[Hashable, deque[asyncio.Future[None]]] = {}

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return sum(map(len, self._queues.values()))

    @asynccontextmanager
    async def hold(self, owner: Hashable) -> AsyncIterator[None]:
        """Wait for a place, and hold it until the end of the `async with` statement.

        Args:
            owner: the request that the place is for.
        """
        if self._free > 0:  # so nobody waits
            self._free -= 1
            self._held[owner] += 1
        else:
            await self._wait(owner)
        try:
            yield
        finally:
            self._give_back(owner)

    def resize(self, count: int) -> None:
        """Change the number of places; those that are held stay held."""
        self._free += count - self._count
        self._count = count
        self._hand_out()

    async def _wait(self, owner: Hashable) -> None:
        place = asyncio.get_running_loop().create_future()
        self._queues.setdefault(owner, deque()).append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.cancelled():
                self._leave(owner, place)
            else:  # it was handed over just before
                self._give_back(owner)
            raise

    def _leave(self, owner: Hashable, place: asyncio.Future[None]) -> None:
        self._queues[owner].remove(place)
        if not self._queues[owner]:
            del self._queues[owner]

    def _give_back(self, owner: Hashable) -> None:
        self._held[owner] -= 1
        if not self._held[owner]:
            del self._held[owner]
        self._free += 1
        self._hand_out()

    def _hand_out(self) -> None:
        """Give the free places to those that wait."""
        while self._free > 0:
            heirs = [heir for heir, queue in self._queues.items() if not all(place.cancelled() for place in queue)]
            if not heirs:
                return
            heir = min(heirs, key=lambda heir: self._held[heir])
            queue = self._queues[heir]
            place = next(place for place in queue if not place.cancelled())
            self._free -= 1
            self._held[heir] += 1
            self._leave(heir, place)
            place.set_result(None)
