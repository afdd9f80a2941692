"""Pages of short cells, drawn with their truth: numbers and words that a classifier takes to be upside down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from ocr_ops.arrays import Image, as_image

# Of the packages fonts-dejavu and fonts-liberation; where they are missing, Pillow's own font draws everything.
_FONT_FOLDERS = (Path("/usr/share/fonts/truetype/dejavu"), Path("/usr/share/fonts/truetype/liberation"))
_MATHEMATICAL = "Math"
_SIZES = (12, 14, 16, 18, 20, 24, 28, 32)  # pixels
_WORDS = (
    *("Total", "Sum", "Net", "Tax", "Item", "Name", "No", "Yes", "on", "off", "SOS", "NOON", "MOW", "pod", "dip"),
    *("hip", "mom", "wow", "nun", "axe", "bud", "pub", "Jan", "Feb", "Mar", "May", "Oct", "kg", "cm", "mm", "EUR"),
    *("max", "min", "avg", "paid", "due", "open", "sold", "Box", "unit", "Qty", "bed", "dad", "OK", "n/a", "up", "us"),
)
# Numbers that are numbers upside down, too.
_BOTH_WAYS = (
    *("98", "86", "0.00", "-90", "66", "08", "80", "69", "96", "68", "89", "90", "60", "-6", "-9", "0.0", "8", "6"),
    *("9", "0", "88", "6.6", "9.9", "0.96", "98.6", "6,90", "106", "901", "-66", "-98", "808"),
)
# Each is drawn as often as it stands here.
_KINDS: Sequence[Callable[[np.random.Generator], str]] = (
    *[lambda rng: str(rng.choice(_BOTH_WAYS))] * 5,
    *[lambda rng: str(rng.choice(_WORDS))] * 2,
    *[lambda rng: str(rng.integers(10, 100))] * 3,
    *[lambda rng: f"-{rng.integers(1, 100)}"] * 2,
    *[lambda rng: f"{rng.uniform(0, 10):.2f}"] * 2,
    *[lambda rng: f"{rng.integers(1000, 1_000_000):,}"] * 2,
    lambda rng: f"{rng.uniform(0, 99):.1f}%",
    lambda rng: f"${rng.uniform(0, 10):.2f}",
    lambda rng: str(rng.integers(100, 10_000)),
    lambda rng: f"{rng.uniform(0, 999):.3f}",
)

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True)
class Cell:
    """What a cell says, and the middle of it, in pixels."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class CellPage:
    """A picture, and its cells row by row."""

    image: Image
    cells: Sequence[Cell]

    def upside_down(self) -> "CellPage":
        """The same, turned by 180 degrees; the cells keep their order."""
        height, width = self.image.shape[:2]
        cells = [Cell(cell.text, width - cell.x, height - cell.y) for cell in self.cells]
        return CellPage(as_image(np.ascontiguousarray(self.image[::-1, ::-1])), cells)


def any_font(rng: np.random.Generator) -> tuple[Font, int]:
    """One of this machine's fonts, and its size in pixels."""
    files = sorted(file for folder in _FONT_FOLDERS for file in folder.glob("*.ttf") if _MATHEMATICAL not in file.name)
    size, chosen = int(rng.choice(_SIZES)), int(rng.integers(len(files) + 1))
    return (ImageFont.truetype(files[chosen], size) if chosen < len(files) else ImageFont.load_default(size)), size


def cell_text(rng: np.random.Generator) -> str:
    """A number, a sign with a number, or a short word."""
    return _KINDS[int(rng.integers(len(_KINDS)))](rng)


def draw_cells(rows: Sequence[Sequence[str]], font: Font, size: int, *, ruled: bool) -> CellPage:
    """A table of cells that end at the right, with rules or without."""
    width, height, margin = 7 * size, 2 * size, 3 * size // 2
    image = Pillow.new("RGB", (len(rows[0]) * width + 2 * margin, len(rows) * height + 2 * margin), "white")
    draw = ImageDraw.Draw(image)
    cells = []
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            left, top = margin + column * width, margin + row * height
            if ruled:
                draw.rectangle((left, top, left + width, top + height), outline="grey")
            right, middle = left + width - size // 2, top + height / 2
            draw.text((right, middle), text, "black", font, anchor="rm")
            cells.append(Cell(text, right - draw.textlength(text, font) / 2, middle))
    return CellPage(as_image(np.ascontiguousarray(np.asarray(image)[:, :, ::-1])), cells)


def any_cells(rng: np.random.Generator, rows: int, columns: int) -> CellPage:
    """A table of numbers and words in any font and size."""
    font, size = any_font(rng)
    texts = [[cell_text(rng) for _ in range(columns)] for _ in range(rows)]
    return draw_cells(texts, font, size, ruled=bool(rng.integers(2)))
