"""What the tests of workers that die have in common."""

import cv2
import numpy as np

from tests.observing import Metrics
from tests.running import Service


def picture(size: tuple[int, int], seed: int = 0) -> bytes:
    """A blank PNG, with one pixel by which it differs from others of its size."""
    image = np.full((size[1], size[0], 3), 255, np.uint8)
    image[0, seed] = 254
    return cv2.imencode(".png", image)[1].tobytes()


def worker_restarts(service: Service) -> float:
    """Workers that were replaced, since they died."""
    return Metrics(service).value("pdserving_restarts_total", process="worker", cause="died")
