"""One set of quads from two looks at an image."""

from collections.abc import Sequence, Set

import cv2
import numpy as np

from ocr_ops.detection.quad import Quad
from ocr_ops.overlap import shared_areas

_SAME = 0.5  # the part of the smaller one's area from which two quads are of the same text
_SEEN = 0.2  # the part of a quad of small text from which the closer look saw that text
_LOWER = 0.6  # a quad that has less than this part of another one's height is no piece of the same line
_SEVERAL = 4  # so many lower quads within one show that it was no line, …
_FILLED = 0.3  # the part of a quad's area from which lower ones within it show that it was no line


def merge(first: Sequence[Quad], small: Set[Quad], closer: Sequence[Quad]) -> list[Quad]:
    """The quads of both looks, each line from the look that saw it well.

    Of small text the closer look knows better, of other text the first one, which saw it whole. A large quad that lower
    ones fill was no line.

    Args:
        first: the quads of the look that saw all of the image.
        small: those of them whose text is small.
        closer: those of a closer look at parts of it.
    """
    areas, closer_areas = (np.array([cv2.contourArea(quad.points) for quad in quads]) for quads in (first, closer))
    shared = shared_areas([quad.points for quad in first], [quad.points for quad in closer])
    same = shared >= _SAME * np.minimum(areas[:, None], closer_areas[None])
    kept, dropped = [], set[int]()
    for quad, area, parts, others in zip(first, areas, shared, same, strict=True):
        if quad in small and parts.sum() >= _SEEN * area:
            continue
        rivals = np.flatnonzero(others).tolist()
        lower = [rival for rival in rivals if closer[rival].height < _LOWER * quad.height]
        filled = len(lower) >= _SEVERAL or parts[lower].sum() >= _FILLED * area
        if lower and filled:
            continue
        kept.append(quad)
        dropped.update(rivals)
    return kept + [quad for index, quad in enumerate(closer) if index not in dropped]
