"""The direction of a page and of its lines: voted by the classifier, and settled by what is read both ways."""

import math
from collections.abc import Sequence
from dataclasses import replace

from ocr_ops.classification import disagrees, vote
from ocr_ops.crop import crop_size, is_narrow, is_tall
from ocr_ops.reading_order import reading_rows, turned_upright
from ocr_ops.recognition import Text, of_narrow, turned_is_better
from pdserving.pipeline.page import Page, Reading


def settle_direction(page: Page) -> None:
    """Give the lines of a page one direction, and note which of them the classifier says to run against it.

    Lines that run from top to bottom have a direction of their own: beside upright rows they may run from bottom to
    top. They do not vote for the page's.
    """
    thresh = page.options.cls.thresh
    tall = [is_tall(quad.points) for quad in page.quads]
    ratios = [crop.shape[1] / crop.shape[0] for crop in page.crops]
    level_lines, tall_lines = ([index for index, own in enumerate(tall) if own == kind] for kind in (False, True))
    rotation = 0 if _in_columns(page) else _vote(page, level_lines, ratios, 0)
    directions = (rotation, _vote(page, tall_lines, ratios, rotation))
    settled = [directions[own] for own in tall]
    pairs = list(zip(page.angles, settled, strict=True))
    page.disputed = {index for index, (angle, own) in enumerate(pairs) if disagrees(angle, own, thresh)}
    page.angles = [replace(angle, degrees=own) for angle, own in pairs]
    _rotate(page, rotation)


def readings(page: Page) -> list[Reading]:
    """What is to be read of a page: each line once, and those in doubt in another way, too."""
    found = [Reading(line) for line in range(len(page.crops))]
    found += [Reading(line, 180) for line in sorted(page.disputed)]
    if page.options.det.enabled and not _in_columns(page):
        for line, quad in enumerate(page.quads):
            if is_narrow(quad.points):
                laid_angle = page.angles[line].degrees if page.angles else 0
                # Turned back from where `crop_quad` and its angle laid it, and upright as the page is.
                found.append(Reading(line, (90 + laid_angle + page.rotation) % 360))
    return found


def choose_readings(page: Page) -> None:
    """Keep the better reading of each line that was read in more ways than one."""
    count = len(page.quads)
    texts, others = page.texts[:count], list(zip(page.readings[count:], page.texts[count:], strict=True))
    turned = {reading.line: text for reading, text in others if reading.turn == 180}
    standing = {reading.line: text for reading, text in others if reading.turn in (90, 270)}
    page.readings, page.texts = [], list(texts)
    for line, text in turned.items():
        if turned_is_better(texts[line], text):
            _turn(page, line, text)
    rotation = _read_rotation(page) if turned else page.rotation
    if rotation != page.rotation:
        # The page turned out to run the other way, and what proves nothing runs with it.
        for line, text in turned.items():
            with_page = page.angles[line].degrees == rotation or is_tall(page.quads[line].points)
            if not (with_page or turned_is_better(text, texts[line])):
                _turn(page, line, text)
    for line, text in standing.items():
        page.texts[line], laid_down = of_narrow(text, page.texts[line])
        if not laid_down:
            page.standing.add(line)
            if page.angles:
                page.angles[line] = replace(page.angles[line], degrees=page.rotation)
    _rotate(page, rotation)


def _turn(page: Page, line: int, text: Text) -> None:
    angle = page.angles[line]
    page.angles[line] = replace(angle, degrees=180 - angle.degrees)
    page.texts[line] = text


def _read_rotation(page: Page) -> int:
    """The direction in which most of the text was read, by its length; the page's where there is no text."""
    lengths: dict[int, list[float]] = {0: [0.0], 180: [0.0]}
    for quad, angle, text in zip(page.quads, page.angles, page.texts, strict=True):
        if text.text and not is_tall(quad.points):
            width, height = crop_size(quad.points)
            lengths[angle.degrees].append(width / height)
    with_page, against = (math.fsum(lengths[degrees]) for degrees in (page.rotation, 180 - page.rotation))
    return 180 - page.rotation if against > with_page and not _in_columns(page) else page.rotation


def _vote(page: Page, lines: Sequence[int], ratios: Sequence[float], usual: int) -> int:
    angles = [page.angles[line] for line in lines]
    return vote(angles, [ratios[line] for line in lines], page.options.cls.thresh, usual)


def _in_columns(page: Page) -> bool:
    """Whether there is more text in tall quads than in others, by its length; narrow ones are not counted."""
    sizes = [(crop_size(quad.points), quad.points) for quad in page.quads]
    tall = math.fsum(height for (_, height), points in sizes if is_tall(points) and not is_narrow(points))
    return tall > math.fsum(width for (width, _), points in sizes if not is_tall(points))


def _rotate(page: Page, rotation: int) -> None:
    """Note a page's rotation, and bring its lines into the order of the upright page."""
    if rotation == page.rotation:
        return
    page.rotation = rotation
    order = [index for row in reading_rows(turned_upright(page.quads, rotation)) for index in row]
    page.quads = [page.quads[index] for index in order]
    page.crops = [page.crops[index] for index in order]
    page.angles = [page.angles[index] for index in order]
    page.disputed, page.standing = (
        {place for place, index in enumerate(order) if index in lines} for lines in (page.disputed, page.standing)
    )
    page.texts = [page.texts[index] for index in order] if page.texts else []
