from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from ocr_ops.arrays import Image
from ocr_ops.recognition import Text, settle_by_page
from tests.support.glyphs import draw_text, reading

LONE = {"x": 0.02, "X": 0.98}
LINES = ["Table", "Nine 27", "IV", "Figures 361", "VIII"]
LOG = ["10:20:30 INF0 that table", "20:00:10 DEBUG a letter", "00:07:30 WARNING the line"]
UNSURE = {"o": 0.0, "O": 0.3, "0": 0.7}


def page(
    lines: Sequence[str], size: int, doubts: Mapping[int, Mapping[int, Mapping[str, float]]], **drawing: str | float
) -> tuple[list[Text], list[Image]]:
    drawn = [draw_text(line, size, **drawing) for line in lines]  # type: ignore[arg-type]
    texts = [
        reading(line, columns, doubts.get(index, {}))
        for index, (line, (_, columns)) in enumerate(zip(lines, drawn, strict=True))
    ]
    return texts, [crop for crop, _ in drawn]


@pytest.mark.parametrize("size", [14, 20, 30])
@pytest.mark.parametrize("drawn", ["x", "X"])
def test_a_lone_letter_is_measured_against_the_lines_around_it(drawn: str, size: int) -> None:
    texts, crops = page([*LINES, "X"], size, {len(LINES): {0: LONE}})
    crops[-1], columns = draw_text(drawn, size)
    found = settle_by_page(texts, crops)
    assert found[:-1] == texts[:-1]
    assert (found[-1].text, found[-1].columns, found[-1].doubts) == (drawn, columns, ())
    assert found[-1].score == pytest.approx(1.0)


def test_a_lone_letter_stays_among_lines_of_many_sizes() -> None:
    drawn = [draw_text(line, size) for line, size in zip(LINES, (12, 30, 18, 24, 15), strict=True)]
    texts = [reading(line, columns, {}) for line, (_, columns) in zip(LINES, drawn, strict=True)]
    crop, columns = draw_text("x", 20)
    lone = reading("X", columns, {0: LONE})
    assert settle_by_page([*texts, lone], [*(crop for crop, _ in drawn), crop])[-1] == lone


def test_a_lone_letter_on_a_page_of_its_own_stays() -> None:
    texts, crops = page(["X"], 20, {0: {0: LONE}})
    assert settle_by_page(texts, crops) == texts


def test_a_small_lone_zero_stays_a_zero() -> None:
    texts, crops = page([*LINES, "0"], 20, {len(LINES): {0: {"o": 0.2, "O": 0.1, "0": 0.7}}})
    crops[-1], _ = draw_text("o", 20)
    assert settle_by_page(texts, crops) == texts


def test_the_zeros_of_other_monospaced_lines_tell_a_false_one() -> None:
    lines = ["11:22:33 INF0 that table", *LOG[1:]]
    texts, crops = page(lines, 20, {0: {12: UNSURE}}, pitch=0.7, dotted="0")
    crops[0], _ = draw_text("11:22:33 INFO that table", 20, pitch=0.7)
    (found, *others) = settle_by_page(texts, crops)
    assert found.text == "11:22:33 INFO that table"
    assert found.score == pytest.approx(1.0)
    assert others == texts[1:]


@pytest.mark.parametrize(("pitch", "dotted"), [(0.7, ""), (0.0, "0")])
def test_without_dotted_zeros_or_a_pitch_a_zero_stays(pitch: float, dotted: str) -> None:
    lines = ["11:22:33 INF0 that table", *LOG[1:]]
    texts, crops = page(lines, 20, {0: {12: UNSURE}}, pitch=pitch, dotted=dotted)
    crops[0], _ = draw_text("11:22:33 INFO that table", 20, pitch=pitch)
    assert settle_by_page(texts, crops) == texts


@pytest.mark.parametrize(
    ("drawn", "read"),
    [
        ("10:20 O that table", "10:20 0 that table"),
        ("10:20 KO that table", "10:20 K0 that table"),
        ("10:20 B1O that table", "10:20 B10 that table"),
        ("10:20 A7-KOH that table", "10:20 A7-K0H that table"),
        ("10:20 GPIO0 that table", "10:20 GPIO0 that table"),  # it has a dot
    ],
)
def test_a_zero_stays_where_it_may_be_of_a_code(drawn: str, read: str) -> None:
    texts, crops = page([read, *LOG[1:]], 20, {0: {read.rindex("0"): UNSURE}}, pitch=0.7, dotted="0")
    crops[0], _ = draw_text(drawn, 20, pitch=0.7, dotted="0")
    assert settle_by_page(texts, crops) == texts


def test_a_page_without_doubts_needs_no_crops() -> None:
    texts = [reading(line, np.linspace(0.1, 0.9, len(line)).tolist(), {}) for line in LINES]
    assert settle_by_page(texts, []) == texts
