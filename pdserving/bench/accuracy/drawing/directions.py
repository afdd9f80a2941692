"""Pages that lie, stand upside down or lean, and text that runs in several directions."""

from random import Random

from pdserving.bench.accuracy.drawing.canvas import Canvas, Drawn, pasted, turned
from pdserving.bench.accuracy.drawing.documents import prose_sheet
from pdserving.bench.accuracy.drawing.fonts import BOLD, CHINESE
from pdserving.bench.accuracy.drawing.tables import table
from pdserving.bench.accuracy.drawing.words import chinese_label, label, number

_LEAN = 45  # degrees either way; every third page takes any of 360


def turned_page(rng: Random, index: int, degrees: int) -> Drawn:
    """A page of prose or a table without rules, turned clockwise."""
    page = table(rng, index, False) if index % 2 else prose_sheet(rng)
    return turned(page, degrees)


def leaning_page(rng: Random, index: int) -> Drawn:
    """A page of prose turned by any angle."""
    most = 180 if index % 3 == 2 else _LEAN
    return turned(prose_sheet(rng), rng.uniform(-most, most))


def mixed_page(rng: Random, _: int) -> Drawn:
    """An upright page of prose with labels at its foot that are turned by 90, 180 and 270 degrees."""
    page = _grown(prose_sheet(rng), 500)
    for column, degrees in enumerate((90, 180, 270, 90, 270)):
        patch = Canvas(380, 60)
        patch.write(f"{label(rng, 2)} {number(rng)}", 20, 42, rng.choice(BOLD), rng.uniform(22, 28))
        page = pasted(page, turned(patch.drawn(), degrees), 60 + 160 * column + 320 * (column > 1), 950)
    return page


def vertical_page(rng: Random, _: int) -> Drawn:
    """Columns of Chinese from right to left."""
    size, face = rng.uniform(26, 40), rng.choice(CHINESE)
    count, longest = rng.randint(8, 12), 16
    width, height = round(2 * size * count + 120), round(size * longest + 160)
    canvas = Canvas(width, height)
    for column in range(count):
        text = "".join(chinese_label(rng) for _ in range(4))[: rng.randint(longest - 5, longest)]
        canvas.write_down(text, width - 60 - size - 2 * size * column, 80, face, size)
    return canvas.drawn()


def _grown(page: Drawn, below: int) -> Drawn:
    canvas = Canvas(page.image.shape[1], page.image.shape[0] + below).drawn()
    return Drawn(pasted(canvas, page, 0, 0).image, page.lines)
