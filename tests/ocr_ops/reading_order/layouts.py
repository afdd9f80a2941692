"""Pages as lists of quads in the order in which they are read, drawn as a detector finds them.

Heights and places differ a little from line to line, and some lines of prose come in two pieces.
"""

from collections.abc import Callable
from random import Random

import numpy as np

from ocr_ops.detection import Quad

WIDTH = 1240.0
MARGIN = 90.0


class Sheet:
    """A page that is filled in reading order.

    Args:
        rng: what it draws from.
        size: the size of its text, in pixels.
    """

    def __init__(self, rng: Random, size: float) -> None:
        self.rng, self.size = rng, size
        self.quads: list[Quad] = []

    def line(self, x: float, y: float, width: float, size: float | None = None) -> None:
        """A line that begins at x, with its middle at y."""
        height = 1.1 * (size or self.size) * self.rng.uniform(0.9, 1.1)
        top = y - height / 2 + 0.05 * self.size * self.rng.uniform(-1, 1)
        self.quads.append(quad(x, top, width, height))

    def words(self, most: int) -> float:
        """The length of some words."""
        return self.size * sum(self.rng.uniform(1, 5) for _ in range(self.rng.randint(1, most)))

    def prose(self, x: float, y: float, width: float, lines: int, leading: float = 1.4) -> float:
        """Ragged paragraphs of so many lines in all; returns where the next line would be."""
        for number in range(lines):
            short = number == lines - 1 or self.rng.random() < 0.1
            length = width * (self.rng.uniform(0.2, 0.9) if short else self.rng.uniform(0.8, 1))
            if self.rng.random() < 0.05:
                cut = self.rng.uniform(0.3, 0.6) * length
                self.line(x, y, cut)
                self.line(x + cut + 0.25 * self.size, y, length - cut - 0.25 * self.size)
            else:
                self.line(x, y, length)
            y += leading * self.size
        return y

    def table(self, x: float, y: float, widths: list[float], rows: int, pitch: float = 2.0) -> float:
        """Names in the first column and numbers in the others; returns where the next row would be."""
        for _ in range(rows):
            left = x
            for column, width in enumerate(widths):
                length = min(self.words(2), width - 1.5 * self.size) if column == 0 else self.number()
                self.line(left, y, length)
                left += width
            y += pitch * self.size
        return y

    def number(self) -> float:
        """The length of a number."""
        return 0.55 * self.size * self.rng.randint(2, 7)


def quad(x: float, y: float, width: float, height: float) -> Quad:
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return Quad(np.array(corners, np.float32), 1.0)


def turned(
    quads: list[Quad], degrees: float, scale: float = 1.0, shift: tuple[float, float] = (0.0, 0.0)
) -> list[Quad]:
    """The quads turned clockwise about the origin, scaled and then shifted."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn = scale * np.array([(c, s), (-s, c)])
    return [Quad((one.points @ turn + shift).astype(np.float32), one.score) for one in quads]


def laid_from_right(quads: list[Quad]) -> list[Quad]:
    """The quads of rows as columns from right to left, as vertical Chinese has them."""
    moved = [np.stack((-one.points[:, 1], one.points[:, 0]), axis=1) for one in quads]
    return [
        Quad(np.roll(points, 1, axis=0).astype(np.float32), one.score) for points, one in zip(moved, quads, strict=True)
    ]


def columns(rng: Random, count: int, lines: int = 24, stagger: float = 0.0) -> list[Quad]:
    """Columns of prose under a title, the last one shorter, and a page number."""
    sheet = Sheet(rng, 18)
    gap = rng.uniform(1.5, 3) * sheet.size
    each = (WIDTH - 2 * MARGIN - (count - 1) * gap) / count
    sheet.line(MARGIN, 60, 400, 36)
    for column in range(count):
        top = 130 + rng.uniform(0, stagger) * sheet.size
        sheet.prose(MARGIN + column * (each + gap), top, each, lines - 8 * (column == count - 1))
    sheet.line(WIDTH / 2 - 10, 130 + 1.6 * lines * sheet.size, 20)
    return sheet.quads


def one_column(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 20)
    y = 60.0
    for _ in range(3):
        y = sheet.prose(MARGIN, y, 1000, rng.randint(3, 9)) + sheet.size
    return sheet.quads


def two_columns(rng: Random) -> list[Quad]:
    return columns(rng, 2)


def three_columns(rng: Random) -> list[Quad]:
    return columns(rng, 3)


def columns_that_are_not_level(rng: Random) -> list[Quad]:
    return columns(rng, 3, stagger=1.4)


def five_narrow_columns(rng: Random) -> list[Quad]:
    return columns(rng, 5, lines=40)


def unequal_columns(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 16)
    sheet.prose(60, 60, 700, 30)
    sheet.prose(60 + 700 + 32, 60, 300, 26)
    return sheet.quads


def headings_between(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 18)
    y = 60.0
    for _ in range(3):
        sheet.line(MARGIN, y, 800, 32)
        y += 50
        left = sheet.prose(MARGIN, y, 510, 9)
        right = sheet.prose(MARGIN + 550, y, 510, 8)
        y = max(left, right) + 30
    return sheet.quads


def paper(rng: Random) -> list[Quad]:
    """A title, an abstract across, two columns, a footnote under the first one, a page number."""
    sheet = Sheet(rng, 16)
    sheet.line(200, 60, 840, 32)
    y = sheet.prose(150, 130, 940, 5) + 30
    sheet.prose(MARGIN, y, 510, 30)
    sheet.prose(MARGIN, y + 33 * 1.4 * sheet.size, 510, 2)
    sheet.prose(MARGIN + 550, y, 510, 35)
    sheet.line(WIDTH / 2 - 8, y + 42 * 1.4 * sheet.size, 16)
    return sheet.quads


def head_and_foot_in_two_parts(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 18)
    foot = 130 + 28 * 1.4 * sheet.size
    sheet.line(MARGIN, 50, 180)
    sheet.line(WIDTH - MARGIN - 150, 50, 150)
    sheet.prose(MARGIN, 130, 510, 25)
    sheet.prose(MARGIN + 550, 130, 510, 25)
    sheet.line(MARGIN, foot, 200)
    sheet.line(WIDTH - MARGIN - 30, foot, 30)
    return sheet.quads


def note_at_the_left(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 18)
    sheet.prose(40, 213, 140, 4, leading=1.25)
    sheet.prose(230, 60, 800, 24)
    return sheet.quads


def note_at_the_right(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 18)
    sheet.prose(60, 60, 800, 24)
    sheet.prose(910, 213, 140, 4, leading=1.25)
    return sheet.quads


def caption_under_a_picture(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 16)
    y = sheet.prose(MARGIN, 60, 510, 6) + 170
    sheet.line(MARGIN + 60, y, 390, 14)
    sheet.prose(MARGIN, y + 45, 510, 10)
    sheet.prose(MARGIN + 550, 60, 510, 30)
    return sheet.quads


def picture_across_two_of_three_columns(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 16)
    sheet.line(60, 60, 900, 40)
    sheet.prose(60, 140, 340, 36)
    sheet.line(432, 480, 600, 14)
    for left in (432, 804):
        sheet.prose(left, 540, 340, 18)
    return sheet.quads


def table(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 20)
    sheet.table(60, 60, [12 * sheet.size] + [7 * sheet.size] * 4, 14, rng.uniform(1.5, 2.4))
    return sheet.quads


def table_of_two_columns(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 20)
    sheet.table(60, 60, [20 * sheet.size, 8 * sheet.size], 10, rng.uniform(1.4, 2.4))
    return sheet.quads


def table_between_columns(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 16)
    sheet.prose(MARGIN, 60, 510, 10)
    y = sheet.prose(MARGIN + 550, 60, 510, 10) + 30
    y = sheet.table(MARGIN, y, [275] * 4, 6) + 20
    for left in (MARGIN, MARGIN + 550):
        sheet.prose(left, y, 510, 10)
    return sheet.quads


def table_in_a_column(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 16)
    y = sheet.prose(MARGIN, 60, 510, 10) + 20
    y = sheet.table(MARGIN, y, [190, 110, 110, 100], 6) + 10
    sheet.prose(MARGIN, y, 510, 10)
    sheet.prose(MARGIN + 550, 67, 510, 32)
    return sheet.quads


def receipt(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 22)
    sheet.line(150, 50, 250, 30)
    sheet.line(30, 110, 130)
    for row in range(30):
        amount = 0.6 * sheet.size * rng.randint(4, 7)
        sheet.line(30, 170 + 33 * row, min(sheet.words(2), 300))
        sheet.line(570 - amount, 170 + 33 * row, amount)
    return sheet.quads


def form(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 20)
    sheet.line(60, 60, 400, 34)
    value = rng.uniform(180, 500)
    for row in range(9):
        sheet.line(60, 130 + 33 * row, min(sheet.words(2), value - 60))
        sheet.line(60 + value, 130 + 33 * row, sheet.words(2))
    return sheet.quads


def terms_beside_their_meaning(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 18)
    y = 60.0
    for _ in range(7):
        sheet.line(60, y, min(sheet.words(2), 150))
        y = sheet.prose(260, y, 700, rng.randint(2, 4))
    return sheet.quads


def numbered_code(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 18)
    for number in range(30):
        digits = 10.0 * len(str(number + 1))
        sheet.line(80 - digits, 60 + 25 * number, digits)
        if rng.random() < 0.9:
            sheet.line(110 + 40 * rng.randint(0, 3), 60 + 25 * number, rng.uniform(60, 500))
    return sheet.quads


def list_beside_a_window(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 14)
    sheet.line(14, 17, 90)
    for row in range(16):
        sheet.line(14, 60 + 21 * row, min(sheet.words(2), 200))
    for row in range(42):
        sheet.line(280, 60 + 21 * row, rng.uniform(380, 520))
    sheet.line(1700, 1060, 120)
    return sheet.quads


def list_beside_a_table(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 15)
    for row in range(8):
        sheet.line(30, 67 + 29 * row, min(sheet.words(2), 170))
    sheet.table(260, 60, [270, 140, 120], 22, pitch=1.7)
    return sheet.quads


def address_beside_data_over_items(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 18)
    for row in range(4):
        sheet.line(80, 80 + 25 * row, rng.uniform(110, 240))
    for row in range(5):
        sheet.line(760, 91 + 28 * row, rng.uniform(130, 260))
    sheet.table(80, 330, [400, 150, 160, 160], 8, pitch=1.8)
    return sheet.quads


def two_boxes_on_a_slide(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 28)
    sheet.line(90, 90, 700, 50)
    for left, count in ((90, 5), (1000, 4)):
        for row in range(count):
            sheet.line(left, 230 + 45 * row, rng.uniform(330, 640))
    return sheet.quads


def dictionary(rng: Random) -> list[Quad]:
    """Three columns of entries whose first lines stand out to the left."""
    sheet = Sheet(rng, 14)
    for column in range(3):
        y = 60.0
        for _ in range(9):
            sheet.line(60 + 380 * column, y, 350)
            y = sheet.prose(76 + 380 * column, y + 18, 334, rng.randint(1, 4), leading=1.25)
    return sheet.quads


def two_languages_side_by_side(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 16)
    counts = [rng.randint(3, 7) for _ in range(4)]
    for left in (80, 640):
        y = 80.0
        for count in counts:
            sheet.prose(left, y, 510, count - (left > 80))
            y += (1.4 * count + 1.2) * sheet.size
    return sheet.quads


def vertical_columns(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 30)
    for row in range(10):
        sheet.line(80, 60 * row, sheet.size * rng.randint(9, 16))
    return laid_from_right(sheet.quads)


def vertical_columns_in_two_tiers(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 18)
    for tier in range(2):
        for row in range(16):
            sheet.line(80 + tier * 330, 31 * row, 288 if rng.random() < 0.85 else rng.uniform(60, 250))
    return laid_from_right(sheet.quads)


def vertical_columns_under_a_title(rng: Random) -> list[Quad]:
    sheet = Sheet(rng, 26)
    title = quad(0, 120, 40, 260)
    for row in range(10):
        sheet.line(90, 47 * row, sheet.size * rng.randint(12, 16))
    return laid_from_right([title, *sheet.quads])


LAYOUTS: tuple[Callable[[Random], list[Quad]], ...] = (
    one_column,
    two_columns,
    three_columns,
    columns_that_are_not_level,
    five_narrow_columns,
    unequal_columns,
    headings_between,
    paper,
    head_and_foot_in_two_parts,
    note_at_the_left,
    note_at_the_right,
    caption_under_a_picture,
    picture_across_two_of_three_columns,
    table,
    table_of_two_columns,
    table_between_columns,
    table_in_a_column,
    receipt,
    form,
    terms_beside_their_meaning,
    numbered_code,
    list_beside_a_window,
    list_beside_a_table,
    address_beside_data_over_items,
    two_boxes_on_a_slide,
    dictionary,
    two_languages_side_by_side,
    vertical_columns,
    vertical_columns_in_two_tiers,
    vertical_columns_under_a_title,
)
