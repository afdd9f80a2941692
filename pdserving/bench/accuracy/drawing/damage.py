"""Pages that are hard to see: pale, blurred, noisy, compressed, white on black."""

from random import Random

import cv2
import numpy as np

from pdserving.bench.accuracy.drawing.canvas import Colour, Drawn, Pixels, noise_seed
from pdserving.bench.accuracy.drawing.documents import small_sheet

_INK, _PAPER = (30, 30, 30), (250, 250, 250)


def low_contrast(rng: Random, index: int) -> Drawn:
    """Grey text on a grey that is 45 to 70 levels away, lighter or darker in turn."""
    paper = rng.randint(120, 180)
    ink = paper + rng.randint(45, 70) * (1 if index % 2 else -1)
    return small_sheet(rng, _grey(paper), _grey(ink))


def white_on_black(rng: Random, _: int) -> Drawn:
    """White text on black."""
    return small_sheet(rng, (0, 0, 0), (255, 255, 255))


def blurred(rng: Random, _: int) -> Drawn:
    """A page out of focus."""
    page = small_sheet(rng, _PAPER, _INK)
    return Drawn(cv2.GaussianBlur(page.image, (0, 0), rng.uniform(1.2, 2)).astype(np.uint8), page.lines)


def noisy(rng: Random, _: int) -> Drawn:
    """A page with the noise of a bad sensor."""
    page = small_sheet(rng, _PAPER, _INK)
    return Drawn(with_noise(page.image, rng, rng.uniform(20, 40)), page.lines)


def compressed(rng: Random, _: int) -> Drawn:
    """A page that was once a JPEG file of quality 12 to 30."""
    page = small_sheet(rng, _PAPER, _INK)
    file = cv2.imencode(".jpg", page.image, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(12, 30)])[1]
    return Drawn(np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR), np.uint8), page.lines)


def with_noise(image: Pixels, rng: Random, strength: float) -> Pixels:
    """The image with normally distributed noise of that standard deviation, in levels."""
    noise = np.random.default_rng(noise_seed(rng)).normal(0, strength, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def _grey(level: int) -> Colour:
    return level, level, level
