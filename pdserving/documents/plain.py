"""Plain text in reading order."""

from collections.abc import Iterable, Sequence

from pdserving.documents.characters import printable
from pdserving.documents.layout import rows
from pdserving.documents.source import DocumentPage
from pdserving.page_answer import PageAnswer


def page_text(page: PageAnswer) -> str:
    """The text of a page, a line of it for each row of a region; lines side by side have a space between them."""
    return "\n".join(printable(row.text) for row in rows(page))


def document_text(pages: Sequence[DocumentPage]) -> str:
    """The text of all pages that have any, a blank line between two."""
    return joined(page_text(page.answer) for page in pages)


def joined(page_texts: Iterable[str]) -> str:
    """The texts of pages as one."""
    return "\n\n".join(filter(None, page_texts))
