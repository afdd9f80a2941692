"""The searchable PDF: it looks like what was read, and its text can be searched, selected and copied."""

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pikepdf
from pikepdf import Dictionary, Name

from ocr_ops.image import TiffPages
from pdserving.documents.glyphless_font import GlyphlessFont
from pdserving.documents.pdf_input import STRUCTURE_ERRORS, OpenPdf, PageSpace
from pdserving.documents.picture_formats import decoded_format
from pdserving.documents.picture_input import decode_picture
from pdserving.documents.picture_page import add_picture_page
from pdserving.documents.source import SourceFile, looks_like_pdf, looks_like_tiff
from pdserving.documents.text_layer import text_layer
from pdserving.errors import PdfBrokenError
from pdserving.page_answer import PageAnswer


def searchable_pdf(files: Sequence[SourceFile]) -> bytes:
    """One PDF of all pages of all files, with their text on an invisible layer.

    A PDF's pages are kept as they are, and the layer is merged into them. Where a PDF is the only file and every page
    of it was read, the rest of it is kept too: outline, metadata, forms, and an encryption that asks for no password.

    Raises:
        PdfBrokenError: a PDF could be drawn, but cannot be written.
    """
    with ExitStack() as opened:
        try:
            return _merge(files, opened)
        except STRUCTURE_ERRORS as error:
            if not any(looks_like_pdf(file.data) for file in files):
                raise
            raise PdfBrokenError("the PDF is broken: its pages can be shown, but not written to a new file") from error


def _merge(files: Sequence[SourceFile], opened: ExitStack) -> bytes:
    whole = _whole_document(files, opened)
    pdf = whole or opened.enter_context(pikepdf.Pdf.new())
    placed: list[tuple[PageAnswer, PageSpace]] = []
    for file in files:
        if looks_like_pdf(file.data):
            if whole is None:
                source = opened.enter_context(pikepdf.Pdf.open(io.BytesIO(file.data)))
                pdf.pages.extend(_page(source, page.page) for page in file.pages)
            placed += _spaces(file)
        else:
            answers = [page.answer for page in file.pages]
            placed += [
                (answer, add_picture_page(pdf, picture, answer))
                for answer, picture in zip(answers, _pictures(file), strict=True)
            ]
    font = GlyphlessFont(pdf)
    for page, (answer, space) in zip(pdf.pages, placed, strict=True):
        _add_layer(page, answer, space, font)
    font.finish()
    result = io.BytesIO()
    pdf.save(result, encryption=pdf.is_encrypted, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return result.getvalue()


def _whole_document(files: Sequence[SourceFile], opened: ExitStack) -> pikepdf.Pdf | None:
    """The PDF that is the only file, if all of its pages were read; else None."""
    if len(files) != 1 or not looks_like_pdf(files[0].data):
        return None
    pdf = opened.enter_context(pikepdf.Pdf.open(io.BytesIO(files[0].data)))
    return pdf if [page.page for page in files[0].pages] == list(range(1, len(pdf.pages) + 1)) else None


def _page(source: pikepdf.Pdf, number: int) -> pikepdf.Page:
    if number > len(source.pages):
        raise PdfBrokenError(f"the PDF is broken: its page {number} can be shown, but not written to a new file")
    return source.pages[number - 1]


def _spaces(file: SourceFile) -> list[tuple[PageAnswer, PageSpace]]:
    # Nothing is drawn here, so the limit of pixels does not matter.
    with OpenPdf(file.data, max_pixels=0) as pdf:
        return [(page.answer, pdf.space(page.page)) for page in file.pages]


def _pictures(file: SourceFile) -> Iterator[bytes]:
    """The pages of a file that is no PDF, each as a picture's file."""
    if decoded_format(file.data) is not None:
        # It has been read before, so it is within the limit.
        return iter([decode_picture(file.data, max_pixels=sys.maxsize).image])
    if not looks_like_tiff(file.data):
        return iter([file.data])
    tiff = TiffPages.of(file.data)
    return (tiff.picture(page.page) for page in file.pages)


def _add_layer(page: pikepdf.Page, answer: PageAnswer, space: PageSpace, font: GlyphlessFont) -> None:
    fonts = page.resources.get(Name.Font, Dictionary())
    # The page may have such a layer already.
    name = next(name for number in range(len(fonts) + 1) if (name := f"/Layer{number}") not in fonts)
    layer = text_layer(answer, space, font, name)
    if layer:
        page.add_resource(font.font, Name.Font, Name(name))
        # Before the page's own content, which may leave any matrix behind. Invisible text can lie below it.
        page.contents_add(layer, prepend=True)
