import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pdserving.documents.characters import printable
from pdserving.documents.markdown import markdown, page_markdown
from tests.support.documents import answer, box, line, page, stack

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
MARKS = "\\`*_[]()<>&#|~!+-=.:\"'0123456789ab•）、 $/"


def html(source: str) -> str:
    rendered: str = PARSER.render(source)
    return rendered


def test_lines_close_together_are_one_paragraph() -> None:
    lines = [*stack(["one", "two", "three"]), *stack(["four", "five"], top=240)]
    assert page_markdown(answer(lines)) == "one\ntwo\nthree\n\nfour\nfive"


def test_single_lines_far_apart_are_paragraphs() -> None:
    assert page_markdown(answer(stack(["one", "two", "three"], pitch=120))) == "one\n\ntwo\n\nthree"


def test_wide_spacing_alone_makes_no_paragraphs() -> None:
    assert page_markdown(answer(stack(["one", "two", "three", "four"], pitch=50))) == "one\ntwo\nthree\nfour"


def test_high_lines_are_headings_of_two_levels() -> None:
    lines = [
        line("Annual", box(20, 10, 300, 70)),
        line("report", box(20, 84, 300, 70)),
        line("Figures", box(20, 180, 200, 44)),
        *stack(["first", "second", "third", "fourth"], top=240),
    ]
    assert page_markdown(answer(lines)) == "# Annual report\n\n## Figures\n\nfirst\nsecond\nthird\nfourth"


def test_bullets_and_numbers_make_lists() -> None:
    texts = ["Buy:", "• milk", "and cream", "● bread", "- salt", "1. stir", "2) bake", "3、吃"]
    assert page_markdown(answer(stack(texts))) == (
        "Buy:\n\n- milk\n  and cream\n- bread\n- salt\n\n1. stir\n2. bake\n3. 吃"
    )


@pytest.mark.parametrize("text", ["1.5 kg", "2024. 12", "-5 °C", "3.", "•", "1)x", "—dash"])
def test_what_only_begins_like_an_item_is_text(text: str) -> None:
    assert html(page_markdown(answer(stack([text])))) == f"<p>{text}</p>\n"


def test_a_paragraph_after_a_list_is_none_of_its_items() -> None:
    lines = [*stack(["• one", "• two"]), *stack(["after"], top=200)]
    assert html(page_markdown(answer(lines))) == "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n<p>after</p>\n"


def test_pages_are_separated_by_a_thematic_break() -> None:
    pages = [page(stack(["one"])), page([]), page(stack(["two"]))]
    assert markdown(pages) == "one\n\n---\n\ntwo"
    assert html(markdown(pages)) == "<p>one</p>\n<hr />\n<p>two</p>\n"


@given(st.lists(st.text(MARKS, min_size=1, max_size=20), min_size=1, max_size=5))
@example(["---"])
@example(["a", "==="])
@example(["# a #"])
@example(["[a]: b"])
@example(["<b>&amp;</b>"])
@example(["a  ", "b\\"])
@example(["|a|b|", "|-|-|"])
def test_text_is_never_taken_for_markup(texts: list[str]) -> None:
    source = page_markdown(answer(stack(texts)))
    rendered = html(source)
    tags = set(re.findall(r"</?[a-z0-9]+", rendered)) - {"<p", "</p", "<ul", "</ul", "<ol", "</ol", "<li", "</li"}
    assert not tags
    if not re.search("<[uo]l", rendered):
        plain = re.sub("</?p>", "", rendered)
        for entity, character in {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&"}.items():
            plain = plain.replace(entity, character)
        assert plain.split() == " ".join(texts).split()


@given(st.text(max_size=30))
def test_any_text_comes_through_the_parser_as_it_was(text: str) -> None:
    rendered = html(page_markdown(answer(stack(["x" + text]))))
    expected = "x" + " ".join(printable("x" + text).split())[1:]
    for character, entity in {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}.items():
        expected = expected.replace(character, entity)
    assert rendered == f"<p>{expected}</p>\n"
