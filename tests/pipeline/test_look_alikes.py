"""What look-alikes are read as through the whole service, which sees a whole page."""

from collections import Counter

from PIL import ImageFont

from tests.make_samples import write_lines
from tests.support.cells import draw_cells
from tests.support.image_files import encode
from tests.support.running import Service
from tests.support.talking import ask_http

SIZE = 24
ROWS = [["Item", "41", "+", "7.50"], ["27", "=", "Net", "x"], ["+", "360", "Sum", "="], ["Tax", "x", "=", "19"]]


def test_lone_signs_and_letters_in_a_table_are_no_chinese_and_no_capitals(service: Service) -> None:
    drawn = draw_cells(ROWS, ImageFont.load_default(SIZE), SIZE, ruled=False)
    lines = ask_http(service, encode(".png", drawn.image), answer="page").page["lines"]
    found = Counter(line["text"] for line in lines)
    assert (found["+"], found["="], found["x"]) == (2, 3, 2)


def test_ten_stays_on_a_page_with_chinese(service: Service) -> None:
    image = write_lines(["图书馆开放时间", "十", "二"], 560)
    lines = ask_http(service, encode(".png", image), answer="page").page["lines"]
    assert [line["text"] for line in lines] == ["图书馆开放时间", "十", "二"]
