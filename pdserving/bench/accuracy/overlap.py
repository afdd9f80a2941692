"""How much the quads of the truth and those of an answer share."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_ops.overlap import shared_areas
from pdserving.bench.accuracy.truth import Corners

_WITHIN = 0.5  # the part of the smaller of two quads from which one belongs to the other


@dataclass(frozen=True)
class Overlap:
    """What true and found quads share, in square pixels.

    Attributes:
        true_areas: of shape (true quads,).
        found_areas: of shape (found quads,).
        shared: of shape (true quads, found quads).
    """

    true_areas: NDArray[np.float64]
    found_areas: NDArray[np.float64]
    shared: NDArray[np.float64]

    @classmethod
    def of(cls, true: Sequence[Corners], found: Sequence[Corners]) -> "Overlap":
        """The overlap of these quads, whose corners may go round either way."""
        true_outlines, found_outlines = ([_hull(quad) for quad in quads] for quads in (true, found))
        shared = shared_areas(true_outlines, found_outlines)
        return cls(_areas(true_outlines), _areas(found_outlines), shared)

    def owners(self) -> list[int | None]:
        """The true quad that each found one shares most with, if that is half of the smaller of the two."""
        return _partners(self.shared.T, self.found_areas, self.true_areas)

    def finders(self) -> list[int | None]:
        """The found quad that each true one shares most with, if that is half of the smaller of the two."""
        return _partners(self.shared, self.true_areas, self.found_areas)

    def matches(self, least: float) -> int:
        """The pairs whose intersection over union is at least this, the best first, each quad in one at most."""
        unions = self.true_areas[:, None] + self.found_areas[None] - self.shared
        ious, pairs = self.shared / np.maximum(unions, 1), 0
        while ious.size and ious.max() >= least:
            true, found = np.unravel_index(ious.argmax(), ious.shape)
            ious[true, :], ious[:, found] = -1, -1
            pairs += 1
        return pairs


def _partners(shared: NDArray[np.float64], areas: NDArray[np.float64], others: NDArray[np.float64]) -> list[int | None]:
    if not shared.size:
        return [None] * len(areas)
    best = shared.argmax(axis=1)
    parts = shared[np.arange(len(areas)), best] / np.maximum(np.minimum(areas, others[best]), 1)
    return [int(other) if part >= _WITHIN else None for other, part in zip(best, parts, strict=True)]


def _areas(outlines: Sequence[NDArray[np.float32]]) -> NDArray[np.float64]:
    return np.array([cv2.contourArea(outline) for outline in outlines], np.float64)


def _hull(quad: Corners) -> NDArray[np.float32]:
    return cv2.convexHull(np.array(quad, np.float32)).astype(np.float32)
