"""The options for documents: the range of pages, and the resolution of PDFs."""

import re

from pdserving.errors import PdfPagesInvalidError, PdfTooManyPagesError

MIN_DPI, DEFAULT_DPI, MAX_DPI = 36, 150, 600

_PART = re.compile(r"\s*([0-9]{1,9})\s*(?:-\s*([0-9]{1,9})\s*)?")
PAGES_PATTERN = "^([0-9]{1,9}(-[0-9]{1,9})?(,[0-9]{1,9}(-[0-9]{1,9})?)*)?$"
"""The pattern of a page range or an empty text, for documentation; blanks are accepted too."""

_ACCEPTED = 'accepted are pages and ranges from 1 on, such as "1-3,7"'


def parse_pages(text: str | None, page_count: int, max_pages: int) -> list[int]:
    """The numbers of the pages that a range such as "1-3,7" names: ascending, from 1, each once.

    Args:
        text: the range, None for all pages.
        page_count: the number of pages of the document, at least 1.
        max_pages: the most pages that may be named.

    Raises:
        PdfPagesInvalidError: it is no range, or names a page that the document does not have.
        PdfTooManyPagesError: it names more than `max_pages`.
    """
    ranges = [(1, page_count)] if text is None else parse_ranges(text)
    chosen: set[int] = set()
    for first, last in ranges:
        if first < 1 or last > page_count:
            asked = str(first) if first == last else f"{first}-{last}"
            raise PdfPagesInvalidError(f"pages has {asked!r}, but the document has pages 1 to {page_count}")
        chosen.update(range(first, last + 1))
    if len(chosen) > max_pages:
        raise PdfTooManyPagesError(
            f"{len(chosen)} pages are asked for, more than the limit of {max_pages} per document; "
            f'choose some of the {page_count} by pages, such as "1-{max_pages}"'
        )
    return sorted(chosen)


def parse_ranges(text: str) -> list[tuple[int, int]]:
    """The first and the last page of each range; a single page is both.

    Raises:
        PdfPagesInvalidError: the text is no page range.
    """
    return [_parse_part(part) for part in text.split(",")]


def _parse_part(part: str) -> tuple[int, int]:
    match = _PART.fullmatch(part)
    if match is None:
        raise PdfPagesInvalidError(f"pages has {part[:40]!r}; {_ACCEPTED}")
    first = int(match[1])
    last = first if match[2] is None else int(match[2])
    if first > last:
        raise PdfPagesInvalidError(f"pages has {part.strip()!r}, which ends before it begins; {_ACCEPTED}")
    return first, last
