"""The categories of pages, how many of each are drawn, and the drawing of all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

import cv2

from pdserving.bench.accuracy.drawing import damage, directions, documents, screens, tables
from pdserving.bench.accuracy.drawing.canvas import Drawn
from pdserving.bench.accuracy.drawing.photographs import photograph
from pdserving.bench.accuracy.truth import TruePage, write_truth

_FAST_PNG = [cv2.IMWRITE_PNG_COMPRESSION, 1]


@dataclass(frozen=True)
class Category:
    """A kind of page.

    Attributes:
        name: its name in tables.
        pages: how many are drawn.
        draw: draws one, from a generator of its own and its number in the category.
    """

    name: str
    pages: int
    draw: Callable[[Random, int], Drawn]


CATEGORIES: tuple[Category, ...] = (
    *(Category(f"document, {dpi} dpi", 3, partial(documents.document, dpi=dpi)) for dpi in (150, 200, 300)),
    Category("Chinese", 3, documents.chinese),
    Category("Japanese", 3, documents.japanese),
    Category("ten languages", 10, documents.in_language),
    Category("two columns", 2, partial(documents.columns, count=2)),
    Category("three columns", 2, partial(documents.columns, count=3)),
    Category("heading, small text", 2, documents.heading_and_small_text),
    Category("table, rules", 2, partial(tables.table, ruled=True)),
    Category("table, no rules", 2, partial(tables.table, ruled=False)),
    Category("cells", 6, tables.cells),
    Category("receipt", 3, tables.receipt),
    Category("long screenshot", 2, screens.long_screenshot),
    *(Category(f"screen, {height}p", 2, partial(screens.screen, height=height)) for height in (1080, 1440, 2160)),
    *(Category(f"turned by {turn}", 2, partial(directions.turned_page, degrees=turn)) for turn in (90, 180, 270)),
    Category("any angle", 3, directions.leaning_page),
    Category("mixed directions", 2, directions.mixed_page),
    Category("vertical Chinese", 2, directions.vertical_page),
    Category("cropped line", 12, screens.cropped_line),
    Category("very long line", 4, screens.long_line),
    Category("low contrast", 2, damage.low_contrast),
    Category("white on black", 2, damage.white_on_black),
    Category("blurred", 2, damage.blurred),
    Category("noisy", 2, damage.noisy),
    Category("JPEG", 2, damage.compressed),
    Category("photograph", 4, photograph),
)


def draw_pages(seed: str, folder: Path, categories: Sequence[Category] = CATEGORIES) -> list[TruePage]:
    """Draw the pages and write them and their truth into a folder, which holds nothing else of that kind afterwards.

    A page depends on the seed, its category and its number there, and on no other page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    pages = []
    for category in categories:
        for number in range(category.pages):
            page = category.draw(Random(f"{seed}/{category.name}/{number}"), number)  # noqa: S311  # no secret
            path = folder / f"{category.name.replace(', ', '-').replace(' ', '-')}-{number + 1}.png"
            path.write_bytes(cv2.imencode(".png", page.image, _FAST_PNG)[1].tobytes())
            pages.append(TruePage(path, category.name, page.lines))
    write_truth(pages, folder)
    return pages
