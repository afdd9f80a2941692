"""What the clients print."""

import json
from pathlib import Path

import pytest
from client_report import JsonReport, TableReport, Totals
from client_results import Failed, Recognised
from pipeline_results import LINES, Line

QUAD = ((1, 2), (30.5, 2), (30.5, 9), (1, 9))


def recognised(text: str, image: str = "page.png") -> Recognised:
    return Recognised(Path(image), (Line(text, 0.98765, QUAD),), ms=12.345)


@pytest.mark.parametrize("text", ["[bold]not markup[/bold]", ":smile:", 'He said "yes" \\', "欢迎光临", "x" * 1000])
def test_a_table_shows_a_text_as_it_is_on_one_row(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    TableReport(LINES).add(recognised(text))
    row = capsys.readouterr().out.splitlines()[-1]
    assert row.split(maxsplit=1)[0] == "page.png"
    assert f" {text} " in row
    assert row.endswith("0.988")


def test_nothing_that_was_read_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    report = TableReport(LINES)
    report.add(recognised("a\x1b[31mb\rc", image="page\x1b[2J.png"))
    report.add(Failed(Path("page\x1b[2J.png"), 5000, "two\nlines\x07"))
    printed = capsys.readouterr()
    assert not {"\x1b", "\r", "\x07"} & set(printed.out + printed.err)
    assert printed.err == "page [2J.png: two lines \n"


def test_a_json_line_holds_all_there_is_to_know(capsys: pytest.CaptureFixture[str]) -> None:
    report = JsonReport(LINES)
    report.add(recognised('"quoted"\n欢迎'))
    report.add(Failed(Path("other.png"), 5000, "no image"))
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    line = {"text": '"quoted"\n欢迎', "score": 0.98765, "quad": [list(corner) for corner in QUAD]}
    assert first == {"image": "page.png", "lines": [line], "ms": 12.3}
    assert second == {"image": "other.png", "error": {"err_no": 5000, "message": "no image"}}


def test_failed_images_count_in_neither_the_average_nor_the_speed() -> None:
    totals = Totals(LINES)
    for outcome in (recognised("a"), recognised("b"), Failed(Path("c.png"), 5000, "no image")):
        totals.add(outcome)
    totals.seconds = 0.5
    assert str(totals) == "images: 3, failed: 1, lines: 2, average: 12.3 ms per image, speed: 4.00 images/s"
