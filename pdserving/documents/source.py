"""The files that were read, with their pages, as all formats of answers take them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ocr_ops.image import accepted_format
from pdserving.page_answer import PageAnswer


@dataclass(frozen=True)
class DocumentPage:
    """One page of a file that was read.

    Attributes:
        file: the file's name, as the client gave it.
        page: from 1, in its file.
        dpi: at which the page was rendered; None for a picture.
        answer: what was read.
    """

    file: str
    page: int
    dpi: int | None
    answer: PageAnswer


@dataclass(frozen=True)
class RenderedPage:
    """A page as a picture.

    Attributes:
        image: an encoded picture, lossless.
        width, height: in pixels.
    """

    image: bytes
    width: int
    height: int


@dataclass(frozen=True)
class SourceFile:
    """A picture or PDF that was read.

    Attributes:
        data: the file.
        pages: of a picture, one; of a PDF, those that were asked for, in order.
    """

    data: bytes
    pages: Sequence[DocumentPage]


def looks_like_pdf(data: bytes) -> bool:
    """Whether a PDF's header is within the first 1024 bytes, as viewers accept it, of what is no picture."""
    return b"%PDF-" in data[:1024] and accepted_format(data) is None
