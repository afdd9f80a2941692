"""Many clients at once get what each would get alone, and a dense page stays within its memory."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.make_samples import PICTURES
from tests.support.image_files import encode
from tests.support.paths import SAMPLES
from tests.support.running import Service, running_service
from tests.support.talking import Answer, Lines, ask_http

CLIENTS = 8
REPEATS = 200
SCORE_TOLERANCE = 0.001
DENSE_PAGE_MEMORY = 2.5e9  # bytes


def assert_same(found: Lines, expected: Lines) -> None:
    assert [(text, quad) for (text, _), quad in found] == [(text, quad) for (text, _), quad in expected]
    for ((_, score), _), ((_, expected_score), _) in zip(found, expected, strict=True):
        assert abs(score - expected_score) <= SCORE_TOLERANCE


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


def dense_page(lines: int) -> bytes:
    """A page of three columns with `lines` lines of text in all, each of its own words."""
    rows, columns = -(-lines // 3), 3
    image = np.full((rows * 34 + 40, columns * 640, 3), 255, np.uint8)
    for index in range(lines):
        row, column = divmod(index, columns)
        text = f"Line {index:03d} of a dense page, {index * 7919 % 10007}"
        cv2.putText(image, text, (column * 640 + 20, row * 34 + 44), (0, 0, 0), cv2.FontFace("sans"), 24)
    return encode(".png", image)


@pytest.mark.service
def test_a_page_of_150_lines_is_answered_within_its_memory() -> None:
    with running_service("op.det.limit_side_len=1280") as service:
        texts = ask_http(service, dense_page(150)).texts
        numbers = [f"{index:03d}" for index in range(150)]
        found = [number for number in numbers if any(f"Line{number}" in text.replace(" ", "") for text in texts)]
        assert len(found) >= 145
        assert peak_memory(service.child("pdserving.worker").pid) < DENSE_PAGE_MEMORY


def peak_memory(pid: int) -> int:
    """The largest resident set of a process since it started, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    return int(fields["VmHWM"].split()[0]) * 1024
