"""Detail of an image where no quad is: text may have been lost there.

Small text has fine edges, close together, along a line. A glyph that stands alone has few of them, so it shows only on
a plain page, where nothing else is as small.
"""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_ops.arrays import Image
from ocr_ops.detection.margins import Box
from ocr_ops.detection.quad import Quad

TILE = 8
"""The side of a tile, in pixels of the image: about the height of the smallest text that can be read."""

EDGE = 24
"""The levels between neighbours that are an edge. Noise and compression of good pictures stay below."""

_BESIDE_AND_ABOVE = np.ones((1, 3), np.uint8), np.ones((3, 1), np.uint8)
# The part of a tile's pixels with edges from which it is dense. Letters of twelve pixels have edges of either direction
# at a third of its pixels and more; rules, frames and the outlines of things have one direction in nearly all tiles.
_DENSE = 0.15
# A line of text is at least so many tiles long.
_RUN = 3
# The part from which there is anything at all in a tile.
_INKED = 0.06
# A glyph that stands alone has at most so many tiles in a row: rules, frames and pictures have more.
_SPECK = 12
# A quad that is higher than this, in pixels of the image, may be a patch of small text. Of a line of letters of that
# height, a tenth of the tiles is dense at most, and the less the higher they are; of a patch a sixth and more.
_HIGH = 96.0
_LARGE_LETTERS = 14.0
_STRIP = 64 * TILE  # rows of the image that are looked at a time: bounds memory
# A page is plain if so much of it has one grey, give or take a sixteenth of all levels.
_PLAIN = 0.5

Tiles = NDArray[np.uint8]


def is_plain(image: Image) -> bool:
    """Whether most of an image, uint8, shape (height, width, 3), has one colour, as pages and screens have."""
    greys = cv2.cvtColor(np.ascontiguousarray(image[::TILE, ::TILE]), cv2.COLOR_BGR2GRAY)
    counts = cv2.calcHist([greys], [0], None, [32], [0, 256]).ravel()
    return float((counts[:-1] + counts[1:]).max()) >= _PLAIN * greys.size


def edge_density(image: Image) -> Tiles:
    """The part of each tile's pixels that have an edge beside them, and the part that have one above or below.

    Args:
        image: uint8, shape (height, width, 3).

    Returns:
        uint8, shape (2, ⌈height / TILE⌉, ⌈width / TILE⌉), 255 for all of a tile's pixels.
    """
    height, width = image.shape[:2]
    density = np.zeros((2, -(-height // TILE), -(-width // TILE)), np.uint8)
    for top in range(0, height, _STRIP):
        grey = cv2.cvtColor(image[top : top + _STRIP], cv2.COLOR_BGR2GRAY)
        for own, kernel in zip(density, _BESIDE_AND_ABOVE, strict=True):
            strip = _strip_density(grey, kernel)
            own[top // TILE : top // TILE + len(strip)] = strip
    return density


def _strip_density(grey: cv2.typing.MatLike, kernel: Tiles) -> cv2.typing.MatLike:
    _, edges = cv2.threshold(cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, kernel), EDGE, 255, cv2.THRESH_BINARY)
    height, width = edges.shape
    below, right = -height % TILE, -width % TILE
    if below or right:
        edges = cv2.copyMakeBorder(edges, 0, below, 0, right, cv2.BORDER_CONSTANT)
    size = (edges.shape[1] // TILE, edges.shape[0] // TILE)
    return cv2.resize(edges, size, interpolation=cv2.INTER_AREA)


def lost_lines(density: Tiles, quads: Iterable[Quad]) -> Tiles:
    """The tiles outside of quads that may be of lines of small text, 1, the others 0."""
    dense = (density.min(axis=0) >= 255 * _DENSE).astype(np.uint8)
    dense *= 1 - _covered(dense, quads)
    level, upright = (
        cv2.morphologyEx(dense, cv2.MORPH_OPEN, np.ones(kernel, np.uint8)) for kernel in ((1, _RUN), (_RUN, 1))
    )
    return np.asarray(cv2.bitwise_or(level, upright), np.uint8)


def lost_glyphs(density: Tiles, quads: Iterable[Quad]) -> Tiles:
    """The tiles outside of quads that may be of glyphs that stand alone on a plain page, 1, the others 0."""
    inked = (density.max(axis=0) >= 255 * _INKED).astype(np.uint8)
    _, components, found, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    labels = np.asarray(components, np.int32)
    longest = found[:, 2:4].max(axis=1)
    alone = (longest > 1) & (longest <= _SPECK)
    alone[labels[_covered(inked, quads) > 0]] = False
    alone[0] = False  # what is not inked
    tiles: Tiles = alone.astype(np.uint8)[labels]
    return tiles


def without_patches(density: Tiles, quads: Sequence[Quad]) -> list[Quad]:
    """The quads without those that are no line of large letters, but a patch of text that is too small.

    Args:
        density: the image's, as `edge_density` gives it.
        quads: in the image.
    """
    if all(quad.height < _HIGH for quad in quads):
        return [*quads]
    lines = lost_lines(density, [])
    return [quad for quad in quads if quad.height < _HIGH or share_under(quad, lines) <= _LARGE_LETTERS / quad.height]


def share_under(quad: Quad, tiles: Tiles) -> float:
    """The part of the tiles under a quad, 0 to 1, that are 1."""
    under = np.zeros(tiles.shape, np.uint8)
    _fill(under, quad)
    return float(cv2.mean(tiles, under)[0])


def _covered(tiles: Tiles, quads: Iterable[Quad]) -> Tiles:
    """The tiles that lie in a quad or touch one, 1, the others 0."""
    covered = np.zeros(tiles.shape, np.uint8)
    for quad in quads:
        _fill(covered, quad)
    return np.asarray(cv2.dilate(covered, np.ones((3, 3), np.uint8)), np.uint8)


def _fill(tiles: Tiles, quad: Quad) -> None:
    cv2.fillPoly(tiles, [np.rint(quad.points / TILE - 0.5).astype(np.int32)], (1.0,))


def fullest(tiles: Tiles, side: int, most: int) -> list[Box]:
    """Squares of an image that have the most of some tiles, the fullest first; no two share a tile.

    Args:
        tiles: 1 for a tile that counts, else 0.
        side: of a square, in pixels of the image.
        most: the most squares that are returned.
    """
    left_over, span = tiles.astype(np.float32), max(1, side // TILE)
    boxes: list[Box] = []
    while len(boxes) < most:
        sums = cv2.boxFilter(
            left_over, -1, (span, span), anchor=(0, 0), normalize=False, borderType=cv2.BORDER_CONSTANT
        )
        _, count, _, (column, row) = cv2.minMaxLoc(sums)
        if count < 1:
            break
        boxes.append(Box(row * TILE, column * TILE, (row + span) * TILE, (column + span) * TILE))
        left_over[row : row + span, column : column + span] = 0
    return boxes


def boxes_of(tiles: Tiles) -> list[Box]:
    """The boxes, in pixels of the image, of tiles that hang together, be it at their corners."""
    _, _, found, _ = cv2.connectedComponentsWithStats(tiles, connectivity=8)
    return [
        Box(top * TILE, left * TILE, (top + height) * TILE, (left + width) * TILE)
        for left, top, width, height, _ in found[1:].tolist()
    ]
