from pdserving.documents.plain import document_text, page_text
from tests.support.documents import answer, box, line, page, stack, turned, turned_clockwise


def test_lines_of_one_row_are_joined_by_a_space() -> None:
    lines = [line("price", box(20, 20, 80, 30)), line("12 €", box(400, 24, 60, 28)), line("sum", box(20, 70, 60, 30))]
    assert page_text(answer(lines)) == "price 12 €\nsum"


def test_rows_do_not_depend_on_the_order_of_the_lines() -> None:
    lines = [line("b", box(400, 20, 60, 30)), line("c", box(20, 70, 60, 30)), line("a", box(20, 20, 60, 30))]
    assert page_text(answer(lines)) == "a b\nc"


def test_a_tilted_page_keeps_its_rows() -> None:
    corner = turned(box(0, 0, 1000, 1000), 6)
    (left, top), (right, lower) = corner[0], corner[1]
    slope = (lower - top) / (right - left)
    lines = [
        line(f"{row}{column}", turned(box(300 * column, 60 * row + slope * 300 * column, 200, 30), 6))
        for row in range(3)
        for column in range(3)
    ]
    assert page_text(answer(lines)) == "00 01 02\n10 11 12\n20 21 22"


def test_a_page_that_is_turned_has_the_text_of_the_upright_one() -> None:
    lines = [line(f"{row}{column}", box(300 * column, 60 * row, 200, 30)) for row in range(3) for column in range(3)]
    page_ = answer(lines)
    for rotation in (90, 180, 270, 0):
        page_ = turned_clockwise(page_)
        assert page_.rotation == rotation
        assert page_text(page_) == "00 01 02\n10 11 12\n20 21 22"


def test_columns_are_rows_from_right_to_left_with_a_space_between_their_parts() -> None:
    lines = [line(text, box(x, y, 30, 150)) for text, x, y in (("c", 100, 20), ("b", 200, 200), ("a", 200, 20))]
    assert page_text(answer(lines)) == "a b\nc"


def test_pages_have_a_blank_line_between_them_and_empty_ones_leave_none() -> None:
    pages = [page(stack(["a", "b"])), page([]), page(stack(["c"]))]
    assert document_text(pages) == "a\nb\n\nc"


def test_lines_without_text_are_left_out() -> None:
    lines = [
        *stack(["a"]),
        line("", box(0, 300, 50, 30)),
        line(" ", box(0, 400, 50, 30)),
        line(None, box(0, 500, 50, 30)),
    ]
    assert page_text(answer(lines)) == "a"


def test_control_characters_are_left_out() -> None:
    assert page_text(answer([line("a\0\x0c\x1b[1mb", box(0, 0, 90, 20))])) == "a[1mb"


def test_no_pages_are_no_text() -> None:
    assert document_text([]) == ""
