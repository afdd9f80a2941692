"""Tables, receipts, and grids of cells that hold a number or a sign each."""

from collections.abc import Callable, Sequence
from random import Random

from pdserving.bench.accuracy.drawing.canvas import Canvas, Drawn
from pdserving.bench.accuracy.drawing.fonts import BOLD, LATIN, MONO, Face, open_font
from pdserving.bench.accuracy.drawing.words import date, figure, label, number, price, sign

_RULE = (120, 120, 120)


def table(rng: Random, _: int, ruled: bool) -> Drawn:
    """A table with a heading row, names in its first column and numbers in the others."""
    size, rows = rng.uniform(18, 26), rng.randint(12, 18)
    kinds: list[Callable[[Random], str]] = [date, price, number, figure, price]
    rng.shuffle(kinds)
    body = [[label(rng, 2), *(kind(rng) for kind in kinds)] for _ in range(rows)]
    head = ["Item", *(label(rng, 1) for _ in kinds)]
    widths = [15 * size, *([9 * size] * len(kinds))]
    face = rng.choice(LATIN)
    canvas = Canvas(round(sum(widths) + 120), round(2.2 * size * (rows + 1) + 160))
    _write_rows(canvas, [head, *body], widths, face, size, ruled)
    return canvas.drawn()


def cells(rng: Random, number: int) -> Drawn:
    """A grid of upright cells, each with a number; every third page has signs and Roman numerals."""
    size = rng.uniform(16, 30)
    kind = sign if number % 3 == 2 else figure
    face = rng.choice((*LATIN, *MONO, *BOLD))
    rows = [[kind(rng) for _ in range(8)] for _ in range(14)]
    canvas = Canvas(round(8 * 6 * size + 120), round(2.2 * size * len(rows) + 160))
    _write_rows(canvas, rows, [6 * size] * 8, face, size, rng.random() < 0.5)
    return canvas.drawn()


def receipt(rng: Random, number: int) -> Drawn:
    """A till's roll: a name at the left and an amount at the right of each row, narrow and long."""
    size, face = rng.uniform(20, 24), rng.choice(MONO)
    rows = (40, 80, 140)[number % 3]
    pitch, width = 1.5 * size, 600
    canvas = Canvas(width, round(pitch * (rows + 7)))
    font = open_font(face, size)
    canvas.write(label(rng, 2), 150, 2 * pitch, face, 1.4 * size)
    canvas.write(date(rng), 30, 4 * pitch, face, size)
    for row in range(rows):
        baseline = (row + 5.5) * pitch
        amount = price(rng)
        canvas.write(label(rng, 2), 30, baseline, face, size)
        canvas.write(amount, width - 30 - font.getlength(amount), baseline, face, size)
    return canvas.drawn()


def _write_rows(
    canvas: Canvas, rows: Sequence[Sequence[str]], widths: Sequence[float], face: Face, size: float, ruled: bool
) -> None:
    pitch, left, top = 2.2 * size, 60.0, 80.0
    for index, row in enumerate(rows):
        x, baseline = left, top + index * pitch + 1.45 * size
        for text, width in zip(row, widths, strict=True):
            canvas.write(text, x + 0.6 * size, baseline, face, size)
            x += width
    if not ruled:
        return
    right, bottom = left + sum(widths), top + len(rows) * pitch
    for index in range(len(rows) + 1):
        canvas.pen.line((left, top + index * pitch, right, top + index * pitch), _RULE, 1)
    x = left
    for width in (*widths, 0):
        canvas.pen.line((x, top, x, bottom), _RULE, 1)
        x += width
