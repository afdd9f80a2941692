"""What can be wrong with a PDF that a client sends."""

import pikepdf

from pdserving.errors import RequestError

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


class PdfBrokenError(RequestError):
    """The file begins as a PDF does, but cannot be read."""

    code = "pdf_broken"


class PdfEncryptedError(RequestError):
    """The PDF opens only with a password or a certificate."""

    code = "pdf_encrypted"


class PdfEmptyError(RequestError):
    """The PDF has no pages."""

    code = "pdf_empty"


class PdfPagesInvalidError(RequestError):
    """`pages` is no page range, or names a page that the document does not have."""

    code = "pdf_pages_invalid"


class PdfTooManyPagesError(RequestError):
    """More pages than one document may have read."""

    code = "pdf_too_many_pages"


class PdfPageTooLargeError(RequestError):
    """A page would have more pixels than a picture may have."""

    code = "image_too_large"
