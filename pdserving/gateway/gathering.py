"""The parts of one request, worked on at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

PartT = TypeVar("PartT")
ResultT = TypeVar("ResultT")


class PartError(Exception):
    """One part of a request failed.

    Attributes:
        index: the number of the part, from 0.
        error: what was raised.
    """

    def __init__(self, index: int, error: Exception) -> None:
        super().__init__(index, error)
        self.index = index
        self.error = error


async def gather(parts: Sequence[PartT], work: Callable[[PartT], Awaitable[ResultT]]) -> list[ResultT]:
    """The results of all parts, in the parts' order.

    Args:
        parts: the parts.
        work: works on one part.

    Raises:
        PartError: a part failed; the others are given up.
    """

    async def one(index: int) -> ResultT:
        try:
            return await work(parts[index])
        except ExceptionGroup as group:
            raise PartError(index, group.exceptions[0]) from group
        except Exception as error:
            raise PartError(index, error) from error

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(index)) for index in range(len(parts))]
    except ExceptionGroup as failed:
        raise min((error for error in failed.exceptions if isinstance(error, PartError)), key=_index) from None
    return [task.result() for task in tasks]


def _index(error: PartError) -> int:
    return error.index
