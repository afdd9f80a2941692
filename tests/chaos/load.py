"""Load over HTTP from one thread: the requests are bytes already, and of an answer only the status is looked at."""

import asyncio
import base64
import itertools
import json
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

from tests.support.paths import SAMPLES
from tests.support.running import Service

PICTURES = tuple((SAMPLES / name).read_bytes() for name in ("invoice.png", "notice.jpg", "poster.jpg"))
WORKER, GATEWAY = "pdserving.worker", "pdserving.gateway"
GIVE_UP_S = 60.0
BROKEN = 0  # the status of a request whose connection failed
OK, REFUSED = 200, 503


@dataclass(frozen=True)
class Reply:
    """What became of a request.

    Attributes:
        status: the HTTP status, or `BROKEN`.
        seconds: the time from the connection's start to the answer's last byte.
    """

    status: int
    seconds: float


@dataclass(frozen=True)
class Load:
    """A request to `POST /ocr/prediction` for each picture, over and over, each on a connection of its own.

    Attributes:
        service: the service that is asked.
        requests: the bytes of each request.
    """

    service: Service
    requests: tuple[bytes, ...]

    @classmethod
    def of(cls, service: Service, pictures: Iterable[bytes]) -> "Load":
        """The load that asks for these pictures."""
        return cls(service, tuple(map(_request, pictures)))

    async def ask(self, number: int = 0) -> Reply:
        """Send one request; a failure is a reply too."""
        started = time.perf_counter()
        try:
            async with asyncio.timeout(GIVE_UP_S):
                status = await self._exchange(self.requests[number % len(self.requests)])
        except (OSError, TimeoutError, ValueError, IndexError):
            status = BROKEN
        return Reply(status, time.perf_counter() - started)

    async def closed(self, clients: int, seconds: float) -> list[Reply]:
        """Let some clients ask for some seconds, each again as soon as it has its answer."""
        numbers, end = itertools.count(), time.perf_counter() + seconds
        replies: list[Reply] = []

        async def client() -> None:
            while time.perf_counter() < end:
                replies.append(await self.ask(next(numbers)))

        await asyncio.gather(*(client() for _ in range(clients)))
        return replies

    async def open(self, per_second: float, seconds: float) -> list[asyncio.Task[Reply]]:
        """Send requests at a constant rate, whatever becomes of those before; the last ones may have no answer yet."""
        started = time.perf_counter()
        tasks: list[asyncio.Task[Reply]] = []
        for number in range(int(per_second * seconds)):
            await asyncio.sleep(max(0.0, started + number / per_second - time.perf_counter()))
            tasks.append(asyncio.create_task(self.ask(number)))
        return tasks

    async def _exchange(self, request: bytes) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.service.http_port)
        try:
            writer.write(request)
            answer = await reader.read()
        finally:
            writer.close()
        return int(answer.split(b" ", 2)[1])


def watched(service: Service) -> dict[str, psutil.Process]:
    """The service's processes whose memory is of interest, by name."""
    return {"worker": service.child(WORKER), "gateway": service.child(GATEWAY)}


def percentile(values: Iterable[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def statuses(replies: Iterable[Reply]) -> Counter[int]:
    """How many replies have each status."""
    return Counter(reply.status for reply in replies)


def _request(picture: bytes) -> bytes:
    body = json.dumps({"key": ["image"], "value": [base64.b64encode(picture).decode()]}).encode()
    head = f"POST /ocr/prediction HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
