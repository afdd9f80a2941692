"""What pikepdf raises where a PDF is not as it should be."""

import pikepdf

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
