import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdserving.errors import PdfPagesInvalidError, PdfTooManyPagesError
from pdserving.gateway.rest.page_range import parse_pages


def test_pages_come_ascending_and_once() -> None:
    assert parse_pages("7, 1-3,2 - 4", 9, 100) == [1, 2, 3, 4, 7]


def test_no_range_is_all_pages() -> None:
    assert parse_pages(None, 4, 100) == [1, 2, 3, 4]


@pytest.mark.parametrize("text", ["", ",", "1,", "a", "1-", "-3", "1--2", "1.5", "٣", "1-2-3", "0x1", "9" * 40])
def test_what_is_no_range_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(PdfPagesInvalidError, match="1-3,7"):
        parse_pages(text, 9, 100)


@pytest.mark.parametrize("text", ["0", "0-2", "10", "8-10", "1-999999999"])
def test_pages_outside_the_document_are_refused_with_its_pages(text: str) -> None:
    with pytest.raises(PdfPagesInvalidError, match="pages 1 to 9"):
        parse_pages(text, 9, 100)


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(PdfPagesInvalidError, match="'3-1', which ends before it begins"):
        parse_pages("3-1", 9, 100)


def test_the_limit_is_on_the_pages_that_are_read() -> None:
    assert parse_pages("900-902", 1000, 3) == [900, 901, 902]
    with pytest.raises(PdfTooManyPagesError, match=r'1000 pages .* limit of 3 .* "1-3"'):
        parse_pages(None, 1000, 3)


@given(st.text("0123456789-, x", max_size=30), st.integers(1, 60))
def test_any_text_is_pages_of_the_document_or_an_error(text: str, page_count: int) -> None:
    try:
        pages = parse_pages(text, page_count, 60)
    except PdfPagesInvalidError:
        return
    assert pages
    assert pages == sorted(set(pages))
    assert set(pages) <= set(range(1, page_count + 1))


@given(st.sets(st.integers(1, 200), min_size=1))
def test_a_list_of_pages_comes_back_as_it_was_written(pages: set[int]) -> None:
    assert parse_pages(",".join(map(str, pages)), 200, 200) == sorted(pages)
