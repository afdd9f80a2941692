"""Large pictures with little text: signs in a landscape that is made of gradients, shapes and noise."""

from random import Random

import cv2
import numpy as np

from pdserving.bench.accuracy.drawing.canvas import (
    Canvas,
    Colour,
    Drawn,
    Pixels,
    noise_seed,
    pasted,
    turned,
)
from pdserving.bench.accuracy.drawing.damage import with_noise
from pdserving.bench.accuracy.drawing.fonts import BOLD, CHINESE, Face, open_font
from pdserving.bench.accuracy.drawing.words import chinese_label, label, number

_WIDTH, _HEIGHT = 3000, 2000
_COARSE = (12, 18)  # the grid of colours that the background is enlarged from
_SIGNS: tuple[tuple[Colour, Colour], ...] = (
    ((20, 80, 160), (255, 255, 255)),
    ((250, 250, 245), (20, 20, 20)),
    ((240, 200, 40), (20, 20, 20)),
    ((170, 30, 30), (255, 255, 255)),
)
"""Colours of a sign and of its text."""


def photograph(rng: Random, _: int) -> Drawn:
    """Four signs, each somewhere in its own quarter of a picture of 6 million pixels."""
    page = Drawn(_landscape(rng), ())
    for quarter in range(4):
        sign = _sign(rng)
        height, width = sign.image.shape[:2]
        left = _WIDTH // 2 * (quarter % 2) + rng.randint(20, _WIDTH // 2 - width - 20)
        top = _HEIGHT // 2 * (quarter // 2) + rng.randint(20, _HEIGHT // 2 - height - 20)
        page = pasted(page, sign, left, top)
    return Drawn(with_noise(page.image, rng, 5), page.lines)


def _sign(rng: Random) -> Drawn:
    paper, ink = rng.choice(_SIGNS)
    face: Face = rng.choice((*BOLD, CHINESE[0]))
    size = rng.uniform(40, 100)
    text = chinese_label(rng) if face in CHINESE else f"{label(rng, 1)} {number(rng)}"
    canvas = Canvas(round(open_font(face, size).getlength(text) + 2 * size), round(2.4 * size), paper, ink)
    canvas.write(text, size, 1.55 * size, face, size)
    return turned(canvas.drawn(), rng.uniform(-4, 4), paper)


def _landscape(rng: Random) -> Pixels:
    random = np.random.default_rng(noise_seed(rng))
    coarse = random.integers(40, 200, (*_COARSE, 3)).astype(np.uint8)
    image = cv2.resize(coarse, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_CUBIC)
    for _ in range(60):
        colour = tuple(int(level) for level in random.integers(20, 220, 3))
        centre = (rng.randrange(_WIDTH), rng.randrange(_HEIGHT))
        axes = (rng.randint(20, 300), rng.randint(20, 200))
        cv2.ellipse(image, centre, axes, rng.uniform(0, 180), 0, 360, colour, cv2.FILLED, cv2.LINE_AA)
    return cv2.GaussianBlur(image, (0, 0), 3).astype(np.uint8)
