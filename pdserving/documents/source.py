"""The files that a request sends and their pages, as all formats of answers take them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ocr_ops.image import accepted_format
from pdserving.page_answer import PageAnswer


@dataclass(frozen=True)
class DocumentPage:
    """A page of a document, or a picture, that was read.

    Attributes:
        file: the file's name, as the client gave it.
        page: the page's number in its file, from 1.
        dpi: the resolution at which a PDF's page was drawn; None for a picture.
        answer: what was read.
    """

    file: str
    page: int
    dpi: int | None
    answer: PageAnswer


@dataclass(frozen=True)
class RenderedPage:
    """A page of a document, drawn as a picture.

    Attributes:
        image: the picture's file, in a lossless format.
        width: the width in pixels.
        height: the height in pixels.
    """

    image: bytes
    width: int
    height: int


@dataclass(frozen=True)
class DecodedPicture:
    """A picture as a file that workers decode.

    Attributes:
        image: the picture's file, upright, in a lossless format.
        several: whether the file that it comes from has further frames or pictures.
    """

    image: bytes
    several: bool


@dataclass(frozen=True)
class SourceFile:
    """A picture or document that was read.

    Attributes:
        data: the file.
        pages: a picture's one page, or those pages of a document that were asked for, in order.
    """

    data: bytes
    pages: Sequence[DocumentPage]


def looks_like_pdf(data: bytes) -> bool:
    """Whether a file is no picture and has a PDF's header in its first 1024 bytes, as programs for PDFs accept it."""
    return b"%PDF-" in data[:1024] and accepted_format(data) is None


def looks_like_tiff(data: bytes) -> bool:
    """Whether a file is a TIFF, every frame of which is a page."""
    return accepted_format(data) == "TIFF"
