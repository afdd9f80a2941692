"""The first step: from the bytes of an image file to pixels, with a look at the header before."""

from ocr_ops.image.decoding import check_size, decode_image
from ocr_ops.image.formats import accepted_format
from ocr_ops.image.header import ImageHeader, read_header

__all__ = ["ImageHeader", "accepted_format", "check_size", "decode_image", "read_header"]
