"""What this package raises about the input it was given."""

from typing import ClassVar


class OcrError(Exception):
    """Base of the errors whose cause is the input.

    `code` is stable and meant for programs, the message for people.
    """

    code: ClassVar[str] = "input_invalid"


class ImageEmptyError(OcrError):
    """There are no bytes at all."""

    code = "image_empty"


class ImageFormatError(OcrError):
    """The bytes are not in one of the accepted image formats."""

    code = "image_format"


class ImageBrokenError(OcrError):
    """The format is known, but the header or the pixels cannot be decoded."""

    code = "image_broken"


class ImageTooLargeError(OcrError):
    """The header announces more pixels than `max_image_pixels` allows."""

    code = "image_too_large"
