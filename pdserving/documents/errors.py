"""What can be wrong with a PDF that a client sends."""

from pdserving.errors import RequestError


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


class PdfTooComplexError(RequestError):
    """The PDF takes more time than `limits.pdf_timeout_s` or more memory than `limits.max_pdf_memory_mib`."""

    code = "pdf_too_complex"


class PdfReaderLostError(RequestError):
    """The process that had the PDF was killed, or could not be started."""

    code = "pdf_reader_lost"
