import cv2
import numpy as np
import pytest

from ocr_ops.arrays import Image
from ocr_ops.recognition import Text, signs_by_script
from ocr_ops.recognition.look_alikes import Doubt
from ocr_ops.recognition.signs import count_bars


def bars(count: int, *, width: int = 14, thickness: int = 2) -> Image:
    """A crop of 36 × 30 pixels with level bars."""
    crop = np.full((36, 30, 3), 255, np.uint8)
    for index in range(count):
        top = 18 - 4 * count + 8 * index
        crop[top : top + thickness, 8 : 8 + width] = 30
    return crop


def lone(character: str, score: float = 0.9) -> Text:
    return Text(character, score, (0.5,))


def on_page(text: Text, crop: Image, *others: str) -> Text:
    texts = [text, *(Text(other, 0.99, (0.5,) * len(other)) for other in others)]
    return signs_by_script(texts, [crop] * len(texts))[0]


@pytest.mark.parametrize(
    ("read", "count", "sign"), [("三", 2, "="), ("二", 2, "="), ("一", 1, "-"), ("•", 1, "-"), ("二", 1, "-")]
)
def test_bars_are_counted_on_a_page_without_chinese(read: str, count: int, sign: str) -> None:
    assert on_page(lone(read), bars(count), "Item", "4.20") == lone(sign)


def test_three_bars_stay_what_was_read() -> None:
    assert on_page(lone("三"), bars(3), "Item") == lone("三")


def test_ten_is_a_plus_with_the_share_of_both() -> None:
    text = Text("十", 0.7, (0.5,), (Doubt(0, {"十": 0.7, "+": 0.25}),))
    found = on_page(text, bars(0), "Item")
    assert found.text == "+"
    assert found.score == pytest.approx(0.95)


@pytest.mark.parametrize("others", [("项目", "4.20"), ("アイテム",), ("항목",), ("Item", "合计: 3")])
@pytest.mark.parametrize("read", ["十", "二", "三", "一"])
def test_nothing_changes_on_a_page_with_chinese_japanese_or_korean(others: tuple[str, ...], read: str) -> None:
    assert on_page(lone(read), bars(2), *others) == lone(read)


def test_nothing_changes_on_a_page_of_nothing_else() -> None:
    assert on_page(lone("十"), bars(0)) == lone("十")
    assert on_page(lone("二"), bars(2), "三", "十", "") == lone("二")


def test_a_line_of_more_than_a_sign_stays() -> None:
    assert on_page(lone("二月"), bars(2), "Item") == lone("二月")
    assert on_page(lone("十十"), bars(2), "Item") == lone("十十")


def test_a_round_dot_is_no_bar_and_neither_is_a_plus() -> None:
    dot = np.full((36, 30, 3), 255, np.uint8)
    cv2.circle(dot, (15, 18), 4, (30, 30, 30), -1)
    plus = bars(1)
    plus[7:22, 14:16] = 30
    assert (count_bars(dot), count_bars(plus), count_bars(bars(0))) == (0, 0, 0)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("degrees", [-4, 0, 4])
def test_bars_may_slope_and_rules_at_the_edges_are_none(count: int, degrees: float) -> None:
    matrix = cv2.getRotationMatrix2D((15, 18), degrees, 1)
    crop = np.asarray(cv2.warpAffine(bars(count), matrix, (30, 36), borderValue=(255, 255, 255)), np.uint8)
    crop[-2:, :9] = 30
    assert count_bars(crop) == count
    assert count_bars(255 - crop) == count
