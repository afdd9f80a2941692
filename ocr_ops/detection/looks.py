"""The looks that the detector takes at an image, until text of every size was seen large enough.

The first look sees all of the image, shrunk. It shows the lines whose text is large enough then, and says of others
that they are small. Where text is too small to be found at all, the image has fine detail that no quad covers; two
probes, at full size or closer, tell whether that is text, and how large. The last look sees the small text, in windows,
at the size that it needs, and each line is taken from the look that saw it well.
"""

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ocr_ops.arrays import Floats, Image
from ocr_ops.crop import crop_size, is_narrow, is_tall
from ocr_ops.detection.decoding import QuadDecoding, decode_quads
from ocr_ops.detection.detail import (
    Tiles,
    boxes_of,
    edge_density,
    fullest,
    is_plain,
    lost_glyphs,
    lost_lines,
    share_under,
    without_patches,
)
from ocr_ops.detection.geometry import DetectionGeometry, SideLimit
from ocr_ops.detection.ink import text_height
from ocr_ops.detection.margins import Box
from ocr_ops.detection.merging import merge
from ocr_ops.detection.mosaic import Mosaic
from ocr_ops.detection.quad import Quad

LOOK_SIDE = 960
"""The most pixels of a side in the first look, and of a window."""

# A quad that is lower than this, in pixels of the input, is of text that wants a closer look. PP-OCRv6's detector finds
# all text of 10 pixels, 97 % of 6 to 8, and three quarters of 5; a quad is some 1.4 times as high as its text. Of pages
# whose quads had 10 pixels, a tenth of the lines was misread, because their crops were not exact enough.
_SMALL = 12.0
# A quad that is lower than this, in pixels of the input, may be higher than its text calls for.
_LOW = 24.0
# The height of a quad, in pixels of the input, at which such text is looked at. With 22 nothing more was read.
_WANTED = 15.0
# What the first look did not find is looked at so much closer at least …
_CLOSER = 1.5
# … and text is enlarged by so much at most, in an image that has not more than so many pixels then.
_ENLARGED = 2.0
_MOST_PIXELS = 8_000_000
# A closer look at what was found already is worth it from this ratio of scales on.
_WORTH = 1.2
# From this scale of the first look on it finds all lines that can be read, and loses single glyphs only.
_NEARLY_WHOLE = 0.7
# The scale is chosen for all but this part of the heights: some quads are of dots and accents.
_LOWEST = 0.25
# A quad of a probe is of text that was lost if so much of it is where text may have been lost.
_LOST = 0.3
# The side of a probe, in pixels of the input, and how many there are.
_PROBE = 320
_PROBES = 2


class Looks:
    """The looks at one image. It is asked for what the detector is to see next, until that is nothing.

    Args:
        image: uint8, shape (height, width, 3).
        decoding: how to read a probability map.
        max_side: the most pixels of a side of the detector's input.
        limit: at which size the one look is taken; None: as many looks are taken as the text needs.
        skip_margins: whether the first look leaves out wide margins of one colour, and closer ones what is not needed.

    Attributes:
        scale: the largest at which any of the image was looked at, in pixels of the input for one of the image.
    """

    def __init__(
        self,
        image: Image,
        decoding: QuadDecoding,
        *,
        max_side: int,
        limit: SideLimit | None = None,
        skip_margins: bool = True,
    ) -> None:
        self.scale = 0.0
        self._image = image
        self._decoding = decoding
        self._max_side = max_side
        self._quads: list[Quad] = []
        self._take: Callable[[DetectionGeometry, Floats], None] = self._decode
        self._trim = skip_margins
        self._course = self._looks(limit)

    def next(self) -> Sequence[DetectionGeometry]:
        """What the detector is to see now; nothing when all is seen.

        Asked when it has seen what it was to see before.
        """
        return next(self._course, ())

    def take(self, geometry: DetectionGeometry, probability: Floats) -> None:
        """Take in what the detector saw.

        Args:
            geometry: one of those that `next` gave.
            probability: float32, shape (height, width) of that input; it is not kept.
        """
        self._take(geometry, probability)

    @property
    def quads(self) -> Sequence[Quad]:
        """The quads, in no particular order, when all is seen."""
        return self._quads

    def _looks(self, limit: SideLimit | None) -> Iterator[Sequence[DetectionGeometry]]:
        first_limit = limit or SideLimit(min(LOOK_SIDE, self._max_side), "max")
        whole = DetectionGeometry.of(self._image, first_limit, self._max_side)
        self.scale = whole.scale
        seen = whole.without_margins(self._image) if self._trim else whole
        if seen is None:
            return
        yield [seen]
        if limit is not None:
            return
        first, self._quads = self._quads, []
        low = [quad for quad in first if quad.height < _LOW * whole.scale_y]
        heights = {quad: text_height(self._image, quad) for quad in low}
        lost = self._lost(first, whole)
        yield from self._probes(whole, lost)
        probed = [quad for quad in self._quads if share_under(quad, lost) >= _LOST]
        self._quads = first
        small = [quad for quad, height in heights.items() if height < _SMALL * whole.scale_y]
        scale = _closer_scale(whole, [heights[quad] for quad in small] + [quad.height for quad in probed], bool(probed))
        if scale is None:
            return
        self.scale = scale
        closer = DetectionGeometry.at_scale(self._image, scale, turned=_lies(small + probed))
        needs = [_box(quad) for quad in small] + (boxes_of(lost) if probed else [])
        mosaic = Mosaic(closer, needs, min(LOOK_SIDE, self._max_side), trim=self._trim)
        self._take = mosaic.put
        yield mosaic.windows
        found = decode_quads(mosaic.probability, mosaic.geometry, self._decoding)
        self._quads = merge(first, set(small), found)

    def _lost(self, quads: Sequence[Quad], whole: DetectionGeometry) -> Tiles:
        """Where there may be text, beside the quads of the first look."""
        plain, shrunk = is_plain(self._image), whole.scale < _NEARLY_WHOLE
        if not (plain or shrunk):
            return np.zeros((0, 0), np.uint8)
        density = edge_density(self._image)
        high = [quad for quad in quads if quad.height >= _LOW * whole.scale_y]
        quads = [quad for quad in quads if quad.height < _LOW * whole.scale_y] + without_patches(density, high)
        lost = lost_lines(density, quads) if shrunk else np.zeros_like(density[0])
        return lost | lost_glyphs(density, quads) if plain else lost

    def _probes(self, whole: DetectionGeometry, lost: Tiles) -> Iterator[Sequence[DetectionGeometry]]:
        """Looks, if anything was lost, at the places where most was."""
        if not lost.any():
            return
        near = DetectionGeometry.at_scale(self._image, max(1.0, _CLOSER * whole.scale))
        places = fullest(lost, round(_PROBE * near.scale_x), _PROBES)
        yield [near.near(place, _PROBE) for place in places]

    def _decode(self, geometry: DetectionGeometry, probability: Floats) -> None:
        # One step, as several threads may be here.
        self._quads += decode_quads(probability, geometry, self._decoding)


def _closer_scale(whole: DetectionGeometry, heights: Sequence[float], probed: bool) -> float | None:
    """The scale of a closer look at text of these heights; None where the first look was close enough."""
    if not heights:
        return None
    largest = min(_ENLARGED, max(1.0, math.sqrt(_MOST_PIXELS / (whole.height * whole.width))))
    scale = min(_WANTED / float(np.quantile(heights, _LOWEST)), largest)
    if probed:
        return max(scale, _CLOSER * whole.scale)
    return scale if scale >= _WORTH * whole.scale else None


def _lies(quads: Sequence[Quad]) -> bool:
    """Whether most of the text, by its length, runs from top to bottom or back.

    The detector breaks small text into pieces where it lies on its side, and not where it is upside down.
    """
    telling = [quad for quad in quads if not is_narrow(quad.points)]
    tall = math.fsum(max(crop_size(quad.points)) for quad in telling if is_tall(quad.points))
    return 2 * tall > math.fsum(max(crop_size(quad.points)) for quad in telling)


def _box(quad: Quad) -> Box:
    left, top = np.floor(quad.points.min(axis=0)).astype(int).tolist()
    right, bottom = np.ceil(quad.points.max(axis=0)).astype(int).tolist()
    return Box(top, left, bottom + 1, right + 1)
