"""The pages of a PDF as pictures, drawn by PDFium."""

import ctypes
import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import numpy as np
import pikepdf
import pypdfium2
from numpy.typing import NDArray
from pypdfium2 import raw

from pdserving.documents.lossless import lossless_file
from pdserving.documents.source import RenderedPage
from pdserving.errors import PdfBrokenError, PdfEmptyError, PdfEncryptedError, PdfPageTooLargeError

# The most pixels of a picture's side that OpenCV reads and writes.
_LONGEST_SIDE = 2**20

_POINTS_PER_INCH = 72


@dataclass(frozen=True, eq=False)
class PageSpace:
    """A page's own coordinates: PDF user space, 1/72 inch, y up.

    Attributes:
        matrix: (a, b, c, d, e, f), from the page as it is shown to its coordinates. What is at the fractions u of the
            shown width, from the left, and v of the shown height, from the top, is at (a·u + c·v + e, b·u + d·v + f).
        characters: float64, shape (characters, 2): the centres of the characters that the page has as text, without
            blanks.
    """

    matrix: tuple[float, float, float, float, float, float]
    characters: NDArray[np.float64]


class OpenPdf:
    """An open PDF, to be used in a `with` statement.

    Only one thread of a process may call PDFium at a time, even about different PDFs.

    Args:
        data: the file.
        max_pixels: the most pixels that a drawn page may have.

    Attributes:
        page_count: how many pages it has.

    Raises:
        PdfEncryptedError: the PDF asks for a password.
        PdfEmptyError: it has no pages.
        PdfBrokenError: it cannot be opened.
    """

    def __init__(self, data: bytes, max_pixels: int) -> None:
        self._max_pixels = max_pixels
        try:
            self._document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise _refusal(data, error) from error
        try:
            self._document.init_forms()
        except pypdfium2.PdfiumError as error:
            self._document.close()
            raise PdfBrokenError("the PDF is broken: its form cannot be read") from error
        self.page_count = len(self._document)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the PDF."""
        self._document.close()

    def size(self, number: int, dpi: int) -> tuple[int, int]:
        """The width and height, in pixels, that a page has when it is drawn.

        Args:
            number: the page, from 1 to `page_count`.
            dpi: the pixels of an inch.

        Raises:
            PdfPageTooLargeError: the page would have too many pixels.
            PdfBrokenError: the page cannot be read.
        """
        with self._page(number) as page:
            return self._size(page, number, dpi)

    def render(self, number: int, dpi: int) -> RenderedPage:
        """A page as it is shown: turned by its /Rotate, cut to its crop box, with annotations and filled-in fields.

        Args:
            number: the page, from 1 to `page_count`.
            dpi: the pixels of an inch.

        Raises:
            PdfPageTooLargeError: the page would have too many pixels; no memory was taken for them.
            PdfBrokenError: the page cannot be read.
        """
        with self._page(number) as page:
            width, height = self._size(page, number, dpi)
            bitmap = page.render(scale=dpi / _POINTS_PER_INCH)
            try:
                return RenderedPage(lossless_file(bitmap.to_numpy()), width, height)
            finally:
                bitmap.close()

    def space(self, number: int) -> PageSpace:
        """A page's coordinates, and where it has text already.

        Args:
            number: the page, from 1 to `page_count`.

        Raises:
            PdfBrokenError: the page cannot be read.
        """
        with self._page(number) as page:
            origin, right, down = (_to_page(page, u, v) for u, v in ((0, 0), (1, 0), (0, 1)))
            matrix = (
                right[0] - origin[0],
                right[1] - origin[1],
                down[0] - origin[0],
                down[1] - origin[1],
                origin[0],
                origin[1],
            )
            return PageSpace(matrix, _characters(page))

    @contextmanager
    def _page(self, number: int) -> Iterator[Any]:
        try:
            page = self._document[number - 1]
        except pypdfium2.PdfiumError as error:
            raise PdfBrokenError(f"the PDF is broken: its page {number} cannot be read") from error
        try:
            yield page
        finally:
            page.close()

    def _size(self, page: Any, number: int, dpi: int) -> tuple[int, int]:
        points = page.get_size()
        if not all(math.isfinite(side) and side > 0 for side in points):
            raise PdfBrokenError(f"the PDF is broken: its page {number} has no size")
        # pypdfium2 rounds so when it draws a page.
        width, height = (math.ceil(side * (dpi / _POINTS_PER_INCH)) for side in points)
        if width * height > self._max_pixels:
            fitting = math.floor(dpi * math.sqrt(self._max_pixels / (width * height)))
            raise PdfPageTooLargeError(
                f"page {number} is {width} × {height} pixels at {dpi} dpi ({width * height / 1e6:.1f} megapixels), "
                f"more than max_image_pixels allows ({self._max_pixels}); about {fitting} dpi would fit"
            )
        if max(width, height) > _LONGEST_SIDE:
            fitting = math.floor(dpi * _LONGEST_SIDE / max(width, height))
            raise PdfPageTooLargeError(
                f"page {number} is {width} × {height} pixels at {dpi} dpi, and no picture may have a side of more than "
                f"{_LONGEST_SIDE} pixels; about {fitting} dpi would fit"
            )
        return width, height


def _refusal(data: bytes, error: pypdfium2.PdfiumError) -> PdfBrokenError | PdfEncryptedError | PdfEmptyError:
    encrypted = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
    try:
        with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
            # To PDFium a PDF without pages is none, and the error code that it gives may be an earlier PDF's.
            if not len(pdf.pages):
                return PdfEmptyError("the PDF has no pages")
            encrypted = False
    except pikepdf.PasswordError:
        encrypted = True
    except STRUCTURE_ERRORS:
        pass
    if encrypted:
        return PdfEncryptedError("the PDF opens only with a password; send it without protection")
    return PdfBrokenError("the PDF is broken: its structure cannot be read; perhaps it was cut off on its way")


def _to_page(page: Any, u: int, v: int) -> tuple[float, float]:
    x, y = ctypes.c_double(), ctypes.c_double()
    # Nothing is drawn: the 10,000 × 10,000 pixels are a device so large that whole pixels lose nothing.
    raw.FPDF_DeviceToPage(page, 0, 0, 10_000, 10_000, 0, u * 10_000, v * 10_000, x, y)
    return x.value, y.value


def _characters(page: Any) -> NDArray[np.float64]:
    text = page.get_textpage()
    try:
        boxes = [
            text.get_charbox(index, loose=True)
            for index in range(text.count_chars())
            if _has_meaning(raw.FPDFText_GetUnicode(text, index))
        ]
    finally:
        text.close()
    corners = np.array(boxes, np.float64).reshape(-1, 4)
    return (corners[:, :2] + corners[:, 2:]) / 2


def _has_meaning(code: int) -> bool:
    # Zero stands for a glyph whose font does not tell the character.
    return code not in (0, 0xFFFD) and not chr(code).isspace()


STRUCTURE_ERRORS = (
    pikepdf.PdfError,
    pikepdf.PasswordError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    RuntimeError,
)
"""What pikepdf raises about a broken PDF, whether PDFium opens it or not.

Its own errors come from parsing. The others come where a number is too large, or something is not of the type that its
place asks for.
"""
