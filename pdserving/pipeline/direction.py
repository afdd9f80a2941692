"""The direction of a page and of its lines, as the shapes of its quads and the classifier tell it."""

import math
from collections.abc import Sequence
from dataclasses import replace

from ocr_ops.classification import disagrees, vote
from ocr_ops.crop import crop_size, is_narrow, is_tall, is_wide
from ocr_ops.reading_order import reading_rows, turned_upright
from pdserving.pipeline.page import Page


def settle_direction(page: Page) -> None:
    """Give the lines of a page one direction, and note which of them the classifier says to run against it.

    Tall lines have a direction of their own: beside upright rows they may run from bottom to top. A page in columns
    counts as one that lies on its side, until it is read: it may be vertical writing.
    """
    thresh = page.options.cls.thresh
    tall = [is_tall(quad.points) for quad in page.quads]
    ratios = [crop.shape[1] / crop.shape[0] for crop in page.crops]
    level_lines, tall_lines = ([index for index, own in enumerate(tall) if own == kind] for kind in (False, True))
    columns = in_columns(page)
    along_rows = _vote(page, level_lines, ratios, 0)
    along_columns = _vote(page, tall_lines, ratios, 0 if columns else along_rows)
    settled = [along_columns if own else along_rows for own in tall]
    pairs = list(zip(page.angles, settled, strict=True))
    page.disputed = {index for index, (angle, own) in enumerate(pairs) if disagrees(angle, own, thresh)}
    page.angles = [replace(angle, degrees=own) for angle, own in pairs]
    rotate(page, 90 + along_columns if columns and len(tall_lines) > len(level_lines) else along_rows)


def rotations(page: Page) -> tuple[int, int | None]:
    """The rotations that a page of rows may have, once its direction is settled.

    Returns:
        That of an upright page or one upside down, and that of one that lies on its side: None where it surely does
        not.
    """
    directions = [page.direction(line) for line in range(len(page.quads))]
    upright = next((direction for direction in directions if direction % 180 == 0), 0)
    lying = next((direction for direction in directions if direction % 180 == 90), None)
    return upright, lying if page.angles and _may_lie(page) else None


def in_columns(page: Page) -> bool:
    """Whether there is more text in tall quads than in others, by its length; narrow ones are not counted."""
    sizes = [(crop_size(quad.points), quad.points) for quad in page.quads]
    tall = math.fsum(height for (_, height), points in sizes if is_tall(points) and not is_narrow(points))
    return tall > math.fsum(width for (width, _), points in sizes if not is_tall(points))


def rotate(page: Page, rotation: int) -> None:
    """Note a page's rotation, and bring its lines into the order of the upright page."""
    if rotation == page.rotation:
        return
    page.rotation = rotation
    order = [index for row in reading_rows(turned_upright(page.quads, rotation)) for index in row]
    page.quads = [page.quads[index] for index in order]
    page.crops = [page.crops[index] for index in order]
    page.angles = [page.angles[index] for index in order]
    page.disputed, page.against_shape = (
        {place for place, index in enumerate(order) if index in lines} for lines in (page.disputed, page.against_shape)
    )
    page.texts = [page.texts[index] for index in order] if page.texts else []


def _vote(page: Page, lines: Sequence[int], ratios: Sequence[float], usual: int) -> int:
    angles = [page.angles[line] for line in lines]
    return vote(angles, [ratios[line] for line in lines], page.options.cls.thresh, usual)


def _may_lie(page: Page) -> bool:
    """Whether more text is in tall quads than in wide ones, by its length: of a table that lies, all may be narrow."""
    sizes = [(crop_size(quad.points), quad.points) for quad in page.quads]
    tall = math.fsum(height for (_, height), points in sizes if is_tall(points))
    return tall > math.fsum(width for (width, _), points in sizes if is_wide(points))
