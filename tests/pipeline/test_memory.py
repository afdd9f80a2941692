"""A worker's memory has a bound: many pictures of many sizes, dense pages among them, and no growth."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from tests.support.drawing import dense_page
from tests.support.image_files import encode
from tests.support.observing import peak_memory
from tests.support.running import running_service
from tests.support.talking import ask_http

pytestmark = pytest.mark.service

REQUESTS = 2000
PICTURES = 40
DENSE_EVERY = 100  # requests
PEAK = 1.2e9  # bytes, as configs/cpu.yml states it
GROWTH = 50e6  # bytes over the second half: allocators breathe, leaks of 2,000 requests do not fit in


def small_picture(index: int) -> bytes:
    """A picture with a short word; each index has another size."""
    width, height = 96 + 11 * index, 48 + 7 * (index * 13 % 23)
    image = np.full((height, width, 3), 255, np.uint8)
    cv2.putText(image, f"No{index}", (8, 38), (0, 0, 0), cv2.FontFace("sans"), 30)
    return encode(".png", image)


def test_two_thousand_requests_stay_within_the_stated_memory_and_the_last_thousand_add_nothing(models: None) -> None:
    small = itertools.cycle([small_picture(index) for index in range(PICTURES - 2)])
    dense = itertools.cycle([dense_page(30), dense_page(60)])
    pictures = [next(dense) if index % DENSE_EVERY == 50 else next(small) for index in range(REQUESTS)]
    with running_service("profile=ppocrv6", "engine=openvino") as service, ThreadPoolExecutor(8) as clients:
        worker = service.child("pdserving.worker")

        def ask(picture: bytes) -> int:
            return ask_http(service, picture).err_no

        assert set(clients.map(ask, pictures[: REQUESTS // 2])) == {0}
        middle = peak_memory(worker.pid)
        assert set(clients.map(ask, pictures[REQUESTS // 2 :])) == {0}
        assert peak_memory(worker.pid) < PEAK
        assert peak_memory(worker.pid) - middle < GROWTH
