"""The errors whose cause is the picture."""


class OcrError(Exception):
    """Base of the errors whose cause is the input. The message is for people.

    Attributes:
        code: the error's name for programs; it never changes.
        number: the error's number in the pipeline protocol, `err_no`; from 5000 on the caller's input is the cause.
        http_status: the status of an HTTP answer.
        example: a message, for documentation.
    """

    code: str
    number: int
    http_status: int
    example: str


class ImageEmptyError(OcrError):
    """An empty picture."""

    code, number, http_status = "image_empty", 5005, 400
    example = "the image is empty: 0 bytes"


class ImageFormatError(OcrError):
    """A file in none of the accepted formats."""

    code, number, http_status = "image_format", 5006, 415
    example = "this is a JPEG XL image: convert it to JPEG or PNG; accepted are JPEG, PNG, BMP, WebP and TIFF"


class ImageBrokenError(OcrError):
    """A picture of a known format whose header or pixels cannot be decoded."""

    code, number, http_status = "image_broken", 5007, 422
    example = "the JPEG image cannot be decoded: its data is damaged or cut off"


class ImageTooLargeError(OcrError):
    """A picture, or a page of a PDF at its resolution, of more pixels than `max_image_pixels`."""

    code, number, http_status = "image_too_large", 5008, 413
    example = "the image is 10000 × 9000 pixels (90.0 megapixels), more than max_image_pixels allows"
