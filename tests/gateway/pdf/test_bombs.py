"""PDFs that take too much time or memory get their error; the service, and what others ask of it, does not notice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from tests.corpus.expected import assert_for_clients
from tests.corpus.pdf_bombs import MEBI, PDF_BOMBS, huge_image
from tests.support.paths import SAMPLES
from tests.support.pdf_processes import PLAIN, TEXT, readers
from tests.support.rest import read
from tests.support.running import Service
from tests.support.small_limits import MAX_PDF_MEMORY_MIB, PDF_TIMEOUT_S
from tests.support.talking import ask_http

LIMITS = (
    f"pdf_timeout_s allows ({PDF_TIMEOUT_S} s) ",
    f"max_pdf_memory_mib allows ({MAX_PDF_MEMORY_MIB} MiB) ",
)
BLANK = (SAMPLES / "blank.png").read_bytes()
FOR_OTHERS_MIB = 100  # that the gateway may take for its requests; each bomb that takes memory takes 700


class Peak(threading.Thread):
    """The most memory that a process has between `with` and its end, in MiB above what it had before."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__()
        self._process = process
        self._done = threading.Event()
        self._before = process.memory_info().rss
        self._most = self._before

    def __enter__(self) -> "Peak":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join()

    def run(self) -> None:
        while not self._done.wait(0.02):
            self._most = max(self._most, self._process.memory_info().rss)

    @property
    def grown_mib(self) -> float:
        return (self._most - self._before) / MEBI


@pytest.mark.parametrize("name", PDF_BOMBS)
def test_a_bomb_meets_a_limit_and_nobody_else_notices(small: Service, name: str) -> None:
    bomb = PDF_BOMBS[name]()
    gateway = small.child("pdserving.gateway")
    assert read(small, PLAIN).texts == [TEXT]
    with ThreadPoolExecutor(1) as client, Peak(gateway) as peak:
        hostile = client.submit(read, small, ("bomb.pdf", bomb))
        others = 0
        while not hostile.done() or not others:
            assert read(small, PLAIN).texts == [TEXT]
            assert ask_http(small, BLANK).err_no == 0
            others += 1
        status, code, message = hostile.result().error
    assert (status, code) == (413, "pdf_too_complex")
    assert any(limit in message for limit in LIMITS), message
    assert_for_clients(message)
    assert peak.grown_mib < FOR_OTHERS_MIB
    assert small.child("pdserving.gateway").pid == gateway.pid


def test_a_request_of_many_bombs_leaves_room_for_others(small: Service) -> None:
    bomb = PDF_BOMBS["many_shadings"]()
    with ThreadPoolExecutor(1) as client:
        hostile = client.submit(read, small, ("a.pdf", bomb), ("b.pdf", bomb))
        others = 0
        while not hostile.done():
            assert read(small, PLAIN).texts == [TEXT]
            others += not hostile.done()
        assert hostile.result().error[1] == "pdf_too_complex"
    assert others


def test_a_picture_that_is_drawn_small_takes_little_memory(small: Service) -> None:
    assert read(small, huge_image()).texts == []


def test_there_are_no_more_processes_than_the_limit(small: Service) -> None:
    with ThreadPoolExecutor(6) as clients:
        for reply in clients.map(lambda _: read(small, PLAIN), range(12)):
            assert reply.texts == [TEXT]
    assert len(readers(small)) == 2
