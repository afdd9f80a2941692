"""Many clients at once get what each would get alone, and a dense page stays within its memory."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.make_samples import PICTURES
from tests.support.drawing import dense_page
from tests.support.observing import peak_memory
from tests.support.paths import SAMPLES
from tests.support.running import Service, running_service
from tests.support.talking import Answer, ask_http, assert_same

CLIENTS = 8
REPEATS = 200
DENSE_PAGE_MEMORY = 2.5e9  # bytes


def test_two_hundred_times_the_same_picture_among_others_gives_the_same_answer(service: Service) -> None:
    pictures = {name: (SAMPLES / name).read_bytes() for name in PICTURES}
    alone = {name: ask_http(service, picture).lines for name, picture in pictures.items()}
    others = itertools.cycle(name for name in PICTURES if name != "mixed.jpg")
    order = ["mixed.jpg" if index % 5 else next(others) for index in range(REPEATS * 5 // 4)]

    def ask(name: str) -> tuple[str, Answer]:
        return name, ask_http(service, pictures[name])

    with ThreadPoolExecutor(CLIENTS) as clients:
        for name, answer in clients.map(ask, order):
            assert_same(answer.lines, alone[name])


@pytest.mark.service
def test_a_page_of_150_lines_is_answered_within_its_memory() -> None:
    with running_service("op.det.limit_side_len=1280") as service:
        texts = ask_http(service, dense_page(150)).texts
        numbers = [f"{index:03d}" for index in range(150)]
        found = [number for number in numbers if any(f"Line{number}" in text.replace(" ", "") for text in texts)]
        assert len(found) >= 145
        assert peak_memory(service.child("pdserving.worker").pid) < DENSE_PAGE_MEMORY
