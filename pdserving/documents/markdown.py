"""Markdown (CommonMark): headings by the height of lines, paragraphs by their distance, lists by their bullets."""

import re
import statistics
from collections.abc import Iterator, Sequence

from pdserving.documents.characters import printable
from pdserving.documents.layout import Row, paragraphs, rows
from pdserving.documents.source import DocumentPage
from pdserving.page_answer import PageAnswer

# The mark of a heading, by how many times a row is as high as the page's median row.
_HEADINGS = ((1.8, "# "), (1.35, "## "))
_BULLET = re.compile(r"(?:[•‣◦▪▫■□●○·∙⁃]\s*|[-–—*]\s+)(?=\S)")
_NUMBER = re.compile(r"([0-9]{1,3})(?:[.)]\s+|[、．）]\s*)(?=\S)")
_INLINE = re.compile(r"[\\`*_\[\]<>&#|~]")
_AT_START = re.compile(r"^(?:([-+=])|([0-9]+)([.)]))")


def markdown(pages: Sequence[DocumentPage]) -> str:
    """The text of all pages that have any, a thematic break between two."""
    return "\n\n---\n\n".join(text for page in pages if (text := page_markdown(page.answer)))


def page_markdown(page: PageAnswer) -> str:
    """The text of a page, its blocks in reading order. What Markdown would take for markup is escaped."""
    page_rows = rows(page)
    if not page_rows:
        return ""
    median = statistics.median(row.height for row in page_rows)
    return "\n\n".join(
        block for paragraph in paragraphs(page_rows) for block in _blocks(paragraph, median) if block.strip()
    )


def _blocks(paragraph: Sequence[Row], median: float) -> Iterator[str]:
    """The blocks of a paragraph: it is cut where text, headings and lists meet."""
    block: list[str] = []
    block_kind, indent = "", ""
    for row in paragraph:
        text = " ".join(printable(row.text).split())
        if not text:
            continue
        heading = next((mark for factor, mark in _HEADINGS if row.height >= factor * median), "")
        bullet, number = (None, None) if heading else (_BULLET.match(text), _NUMBER.match(text))
        kind = heading or ("- " if bullet else "1. " if number else "")
        # A row without a bullet continues the item above it.
        goes_on = kind == block_kind or (not kind and block_kind in ("- ", "1. "))
        if block and not goes_on:
            yield "\n".join(block)
            block = []
        if not block:
            block_kind, indent = kind, ""
        if heading:
            block = [f"{block[0]} {_inline(text)}" if block else heading + _inline(text)]
        elif bullet:
            block.append("- " + _line(text[bullet.end() :]))
            indent = "  "
        elif number:
            mark = f"{number[1]}. "
            block.append(mark + _line(text[number.end() :]))
            indent = " " * len(mark)
        else:
            block.append(indent + _line(text))
    if block:
        yield "\n".join(block)


def _line(text: str) -> str:
    return _AT_START.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}", _inline(text))


def _inline(text: str) -> str:
    return _INLINE.sub(r"\\\g<0>", text)
