"""What is read of a page, and which reading of a line stands where there are several: it settles the directions."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ocr_ops.crop import crop_size, is_short, is_tall, is_wide, turn_crop
from ocr_ops.recognition import Text, is_clearly_better, of_narrow, settle_by_page, signs_by_script, turned_is_better
from ocr_ops.vertical_writing import is_vertical_writing
from pdserving.pipeline.direction import in_columns, rotate, rotations
from pdserving.pipeline.page import Page, Reading

# The longest tall lines, as many as have so many glyphs together, tell vertical writing from rows that lie; …
_GLYPHS = 8
# … but no more than these.
_MOST_SAMPLES = 3


def readings(page: Page) -> list[Reading]:
    """What is to be read of a page: each line once, and those in doubt in another way, too."""
    directions = [page.direction(line) for line in range(len(page.crops))]

    def reading(line: int, direction: int, *, side_by_side: bool = False) -> Reading:
        return Reading(line, direction, (directions[line] - direction) % 360, side_by_side)

    found = [Reading(line, direction) for line, direction in enumerate(directions)]
    found += [reading(line, (directions[line] + 180) % 360) for line in sorted(page.disputed)]
    if not page.options.det.enabled:
        return found
    upright, lying = rotations(page)
    points = [quad.points for quad in page.quads]
    tall = [is_tall(own) for own in points]
    if not in_columns(page):
        found += [reading(line, upright) for line, own in enumerate(points) if tall[line] and is_short(own)]
    if lying is not None:
        found += [reading(line, lying) for line, own in enumerate(points) if not tall[line] and is_short(own)]
        # Of vertical writing, which runs as a page does that lies, glyphs stand a quarter back.
        samples = _samples(page, [line for line, own in enumerate(tall) if own])
        found += [reading(line, (lying - 90) % 360, side_by_side=True) for line in samples]
    return found


def _samples(page: Page, lines: Sequence[int]) -> list[int]:
    """The longest of some lines, which tell whether the page is vertical writing."""
    longest = sorted(lines, key=lambda line: -_length(page, line))[:_MOST_SAMPLES]
    before = itertools.accumulate((_length(page, line) for line in longest), initial=0.0)
    return [line for line, glyphs in zip(longest, before, strict=False) if glyphs < _GLYPHS]


def choose_readings(page: Page) -> None:
    """Keep the better reading of each line, settle what is in doubt in it, and turn the page as most text runs."""
    if not page.readings:
        return
    directions = [reading.direction for reading in page.readings[: len(page.quads)]]
    if not page.options.det.enabled:
        page.readings = []
        _settle(page, directions)
        return
    others = _Others.of(page)
    upright, lying = rotations(page)
    page.readings, page.texts = [], list(page.texts[: len(page.quads)])
    own = list(page.texts)
    for line, text in others.turned.items():
        if turned_is_better(own[line], text):
            _turn(page, line, text)
    vertical = is_vertical_writing((page.texts[line], text) for line, text in others.glyphs.items())
    lies = lying is not None and not vertical and _lies(page, others.aside)
    # The direction in which the text runs, of vertical writing down the columns.
    along = lying if lying is not None and (vertical or lies) else upright
    if others.turned and _runs_against(page, along):
        along = (along + 180) % 360
        # The page turned out to run the other way, and what proves nothing runs with it.
        for line, text in others.turned.items():
            against_page = page.direction(line) == (along + 180) % 360
            if against_page and not turned_is_better(text, own[line]):
                _turn(page, line, text)
    _choose_aside(page, others.aside, lies)
    _settle(page, directions)
    rotate(page, (along - 90) % 360 if vertical else along)


def _settle(page: Page, directions: Sequence[int]) -> None:
    """Settle what is in doubt in the readings that stand, of crops that were cut for these directions."""
    turns = [(cut_for - page.direction(line)) % 360 for line, cut_for in enumerate(directions)]
    crops = [turn_crop(crop, turn) for crop, turn in zip(page.crops, turns, strict=True)]
    page.texts = signs_by_script(settle_by_page(page.texts, crops), crops)


@dataclass(frozen=True)
class _Others:
    """The further readings of lines, by the lines.

    Attributes:
        turned: against the direction of their page.
        aside: turned by 90 degrees, with the direction they have then.
        glyphs: of some glyphs as they stand.
    """

    turned: Mapping[int, Text]
    aside: Mapping[int, tuple[int, Text]]
    glyphs: Mapping[int, Text]

    @classmethod
    def of(cls, page: Page) -> "_Others":
        turned, aside, glyphs = {}, {}, {}
        count = len(page.quads)
        for reading, text in zip(page.readings[count:], page.texts[count:], strict=True):
            if reading.side_by_side:
                glyphs[reading.line] = text
            elif (reading.direction - page.direction(reading.line)) % 180 == 0:
                turned[reading.line] = text
            else:
                aside[reading.line] = reading.direction, text
        return cls(turned, aside, glyphs)


def _turn(page: Page, line: int, text: Text) -> None:
    page.direct(line, (page.direction(line) + 180) % 360)
    page.texts[line] = text


def _lies(page: Page, aside: Mapping[int, tuple[int, Text]]) -> bool:
    """Whether most lines and most of the text, by its length, are read as they lie.

    What reads as well either way does not count, nor does a single glyph: an I that lies is read as 一, with a score as
    high. One long label beside a diagram does not make it lie.
    """
    lengths: dict[bool, list[float]] = {False: [], True: []}
    for line, text in enumerate(page.texts):
        direction = page.direction(line)
        if line in aside:
            other, other_text = aside[line]
            if is_clearly_better(other_text, text):
                direction = other
            elif not is_clearly_better(text, other_text):
                continue
        if len(text.text) > 1:
            lengths[direction % 180 == 90].append(_length(page, line))
    standing, lying = lengths[False], lengths[True]
    return len(lying) > len(standing) and math.fsum(lying) > math.fsum(standing)


def _runs_against(page: Page, along: int) -> bool:
    """Whether most of the text that runs along a direction or against it was read against it, by its length."""
    directions = [page.direction(line) if text.text else None for line, text in enumerate(page.texts)]
    with_it, against = (
        math.fsum(_length(page, line) for line, own in enumerate(directions) if own == wanted)
        for wanted in (along, (along + 180) % 360)
    )
    return against > with_it


def _length(page: Page, line: int) -> float:
    """A line's length, in heights."""
    width, height = crop_size(page.quads[line].points)
    return max(width, height) / min(width, height)


def _choose_aside(page: Page, aside: Mapping[int, tuple[int, Text]], lies: bool) -> None:
    """Read short lines as their page is turned, unless they clearly are not."""
    for line, (direction, text) in aside.items():
        own, points = page.texts[line], page.quads[line].points
        narrow = is_wide(points) if lies else is_tall(points)  # on the upright page
        if narrow:
            chosen, laid_down = of_narrow(text, own)
            turns = not laid_down
        else:
            chosen = text
            turns = lies and (is_clearly_better(text, own) if is_tall(points) else not is_clearly_better(own, text))
        if turns:
            page.direct(line, direction)
            page.texts[line] = chosen
