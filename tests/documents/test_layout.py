from pdserving.documents.layout import paragraphs, rows
from pdserving.documents.markdown import page_markdown
from pdserving.documents.plain import page_text
from pdserving.page_answer import LineAnswer, PageAnswer
from tests.support.documents import answer, box, line, turned_clockwise


def two_columns() -> list[LineAnswer]:
    """A heading across, and two columns of five lines; the left one has a paragraph of three lines and one of two."""
    lines = [line("heading", box(60, 20, 700, 30))]
    for x, letter in ((60, "a"), (560, "b")):
        tops = (100, 142, 184, 246, 288) if letter == "a" else (100, 142, 184, 226, 268)
        for number, top in enumerate(tops, start=1):
            lines.append(line(f"{letter}{number}", box(x, top, 360 if number != 5 else 200, 30)))
    return lines


def texts(page: PageAnswer) -> list[list[str]]:
    return [[row.text for row in paragraph] for paragraph in paragraphs(rows(page))]


PARAGRAPHS = [["heading"], ["a1", "a2", "a3"], ["a4", "a5"], ["b1", "b2", "b3", "b4", "b5"]]


def test_a_column_begins_a_paragraph_and_so_does_a_wide_distance() -> None:
    assert texts(answer(two_columns()[::-1])) == PARAGRAPHS


def test_a_page_that_is_turned_has_the_paragraphs_of_the_upright_one() -> None:
    page = answer(two_columns())
    for _ in range(3):
        page = turned_clockwise(page)
        assert texts(page) == PARAGRAPHS


def test_the_first_line_of_a_column_may_be_level_with_the_last_one_before_it() -> None:
    lines = [line(f"a{number}", box(60, 20 + 42 * number, 360, 30)) for number in range(1, 6)]
    lines += [line(f"b{number}", box(560, 230 + 42 * number, 360, 30)) for number in range(6)]
    lines.append(line("note", box(560, 20, 360, 30)))
    numbers = [row.region for row in rows(answer(lines))]
    assert numbers == sorted(numbers)
    for paragraph in paragraphs(rows(answer(lines))):
        assert len({row.text[0] for row in paragraph}) == 1


def test_a_side_note_is_a_paragraph_of_its_own() -> None:
    lines = [line(f"a{number}", box(60, 42 * number, 700, 30)) for number in range(1, 13)]
    lines += [line(f"n{number}", box(800, 60 + 35 * number, 120, 25)) for number in range(1, 5)]
    assert texts(answer(lines)) == [[f"a{number}" for number in range(1, 13)], ["n1", "n2", "n3", "n4"]]


def test_rows_of_a_table_stay_rows() -> None:
    lines = [
        line(f"{row}{column}", box(60 + 300 * column, 60 * row, 90 + 20 * (row % 3), 30))
        for row in range(1, 7)
        for column in range(3)
    ]
    assert page_text(answer(lines)).splitlines() == [f"{row}0 {row}1 {row}2" for row in range(1, 7)]


def test_text_has_a_line_for_each_row_of_a_column() -> None:
    expected = [text for paragraph in PARAGRAPHS for text in paragraph]
    assert page_text(answer(two_columns())).splitlines() == expected


def test_markdown_has_a_block_for_each_paragraph_of_a_column() -> None:
    blocks = page_markdown(answer(two_columns())).split("\n\n")
    assert [block.splitlines() for block in blocks] == PARAGRAPHS
