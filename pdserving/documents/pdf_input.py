"""The pages of a PDF as pictures, by PDFium."""

import ctypes
import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import cv2
import numpy as np
import pikepdf
import pypdfium2
from numpy.typing import NDArray
from pypdfium2 import raw

from pdserving.documents.source import RenderedPage
from pdserving.errors import PdfBrokenError, PdfEmptyError, PdfEncryptedError, PdfPageTooLargeError

_POINTS_PER_INCH = 72
# A BMP is written and read in a tenth of the time that any other lossless format takes, but a message has a limit of
# size. This is an A4 page at 300 dpi; larger ones are sent as PNG.
_BMP_BYTES = 32 * 2**20
_FAST_PNG = (cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_SUB)


@dataclass(frozen=True, eq=False)
class PageSpace:
    """A page's own coordinates (PDF user space, 1/72 inch, y up), as the page is shown: its boxes and rotation applied.

    Attributes:
        matrix: (a, b, c, d, e, f): what is at the fractions u of the shown width, from the left, and v of the shown
            height, from the top, is at (a·u + c·v + e, b·u + d·v + f).
        characters: float64, shape (characters, 2): the centres of the characters that the page has as text, but blanks.
    """

    matrix: tuple[float, float, float, float, float, float]
    characters: NDArray[np.float64]


class OpenPdf:
    """An open PDF, to be used in a `with` statement. PDFium may be called by one thread at a time,
    whichever document it is about.

    data: the file.
    max_pixels: of a rendered page.

    Raises PdfEncryptedError, PdfEmptyError and PdfBrokenError when it is opened.
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
        """Let the document go."""
        self._document.close()

    def size(self, number: int, dpi: int) -> tuple[int, int]:
        """Width and height in pixels that a page has at so many dots per inch.

        number: from 1 to `page_count`.

        Raises PdfPageTooLargeError where they are too many, and PdfBrokenError where the page cannot be read.
        """
        with self._page(number) as page:
            return self._size(page, number, dpi)

    def render(self, number: int, dpi: int) -> RenderedPage:
        """A page as it is shown: turned by its /Rotate, cut to its crop box, with annotations and filled-in fields.

        number: from 1 to `page_count`.

        Raises PdfPageTooLargeError before it takes any memory for pixels, and PdfBrokenError.
        """
        with self._page(number) as page:
            width, height = self._size(page, number, dpi)
            bitmap = page.render(scale=dpi / _POINTS_PER_INCH)
            try:
                return RenderedPage(_encode(bitmap.to_numpy()), width, height)
            finally:
                bitmap.close()

    def space(self, number: int) -> PageSpace:
        """Where a page's coordinates are, and the text that it has. Raises PdfBrokenError."""
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
        # As pypdfium2 rounds when it renders.
        width, height = (math.ceil(side * (dpi / _POINTS_PER_INCH)) for side in points)
        if width * height > self._max_pixels:
            fitting = math.floor(dpi * math.sqrt(self._max_pixels / (width * height)))
            raise PdfPageTooLargeError(
                f"page {number} is {width} × {height} pixels at {dpi} dpi ({width * height / 1e6:.1f} megapixels), "
                f"more than max_image_pixels allows ({self._max_pixels}); about {fitting} dpi would fit"
            )
        return width, height


def _refusal(data: bytes, error: pypdfium2.PdfiumError) -> PdfBrokenError | PdfEncryptedError | PdfEmptyError:
    encrypted = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
    try:
        with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
            # To PDFium a document without pages is no document, and its error code may be that of an earlier one.
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


def _encode(pixels: NDArray[np.uint8]) -> bytes:
    extension, parameters = (".bmp", ()) if pixels.nbytes <= _BMP_BYTES else (".png", _FAST_PNG)
    return cv2.imencode(extension, pixels, parameters)[1].tobytes()


def _to_page(page: Any, u: int, v: int) -> tuple[float, float]:
    x, y = ctypes.c_double(), ctypes.c_double()
    # The width and height of a device that is asked about only, so as large as to lose nothing by whole pixels.
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
    # Zero is a glyph of which the font does not tell the character.
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
"""What pikepdf raises of a broken PDF that PDFium opens or refuses: its own errors where it parses, any of the others
where a number is too large for it, or something is of another type than its place asks for."""
