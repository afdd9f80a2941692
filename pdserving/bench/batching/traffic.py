"""The traffic that is simulated: pages that come at random, with lines of random number and width."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ocr_ops.recognition import WidthBuckets
from pdserving.config.ops import RecognitionSection

_LINES = ((0.3, 1, 5), (0.6, 10, 40), (0.1, 100, 150))
"""The share of the pages, and their least and most lines: labels; photographs and forms; dense pages."""

WIDTH, _SPREAD = 260, 0.7  # pixels of a line at the recogniser's height: the median, and sigma of the logarithm
_SIZES = ((0.5, 704, 960), (0.3, 960, 704), (0.2, 0, 0))
"""The share of the pages, and their height and width at the detector; 0: any. Many pictures come from one camera."""

_STRIDE, _LEAST_SIDE, _MOST_SIDE = 32, 320, 960


@dataclass(frozen=True)
class Page:
    """A page, by the rows that it makes.

    Attributes:
        at: the time when it comes, in seconds.
        detector: the height and width of the detector's input, in pixels.
        lines: the width of each line's bucket, in pixels.
    """

    at: float
    detector: tuple[int, int]
    lines: tuple[int, ...]


def pages(rate: float, seconds: float, seed: int) -> Iterator[Page]:
    """The pages that come in that time, independently of each other (Poisson), `rate` of them a second on average."""
    rng = np.random.default_rng(seed)
    section = RecognitionSection()
    buckets = WidthBuckets(section.bucket_step, section.min_width, section.max_width)
    at = 0.0
    while (at := at + rng.exponential(1 / rate)) < seconds:
        _, least, most = _LINES[rng.choice(len(_LINES), p=[share for share, *_ in _LINES])]
        widths = rng.lognormal(np.log(WIDTH), _SPREAD, rng.integers(least, most, endpoint=True))
        _, height, width = _SIZES[rng.choice(len(_SIZES), p=[share for share, *_ in _SIZES])]
        yield Page(
            at,
            (height or _side(rng), width or _side(rng)),
            tuple(buckets.bucket(round(width)) for width in widths.tolist()),
        )


def _side(rng: np.random.Generator) -> int:
    return _STRIDE * int(rng.integers(_LEAST_SIDE // _STRIDE, _MOST_SIDE // _STRIDE, endpoint=True))
