"""The first step: from the bytes of an image file to pixels, with a look at the header before."""

from ocr_ops.image.animation import is_animation
from ocr_ops.image.decoding import check_size, decode_image
from ocr_ops.image.formats import accepted_format
from ocr_ops.image.header import ImageHeader, read_header
from ocr_ops.image.tiff_pages import TiffPages

__all__ = ["ImageHeader", "TiffPages", "accepted_format", "check_size", "decode_image", "is_animation", "read_header"]
