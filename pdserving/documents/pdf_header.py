"""Which files are taken for PDFs."""

from ocr_ops.image_formats import accepted_format


def looks_like_pdf(data: bytes) -> bool:
    """Whether a PDF's header is within the first 1024 bytes, as viewers accept it, of what is no picture."""
    return b"%PDF-" in data[:1024] and accepted_format(data) is None
