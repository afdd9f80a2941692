"""Decoding of image files: bytes in, pixels out."""

import cv2
import numpy as np

from ocr_ops.arrays import Image, as_image
from ocr_ops.errors import ImageBrokenError, ImageFormatError, ImageTooLargeError
from ocr_ops.image.header import ImageHeader, read_header

# The transposition and the flip (`cv2.flip`'s code) that turn a stored image upright, by its orientation.
_FLIPS: dict[int, tuple[bool, int | None]] = {
    2: (False, 1),
    3: (False, -1),
    4: (False, 0),
    5: (True, None),
    6: (True, 1),
    7: (True, -1),
    8: (True, 0),
}
# An image on white whose darkest pixel is as light as this shows nothing.
_BLANK_ABOVE = 224


def decode_image(data: bytes, max_pixels: int) -> Image:
    """The pixels of an image file, upright.

    Grey and palette images become BGR, and 16 bits become 8. Transparent pixels become white; they become black where
    all that can be seen is white itself, such as white writing on nothing.

    Args:
        data: the file, in one of the accepted formats.
        max_pixels: the most pixels that the image, or a tile of it, may have.

    Returns:
        uint8, shape (height, width, 3), BGR, C-contiguous.

    Raises:
        ImageEmptyError: there are no bytes.
        ImageFormatError: the format is none of the accepted ones, or its samples are not accepted.
        ImageTooLargeError: the header announces more than `max_pixels`; nothing was decoded.
        ImageBrokenError: the header or the pixels cannot be decoded.
    """
    header = read_header(data)
    check_size(header, max_pixels)
    # JPEG and BMP have eight bits and no alpha channel that means anything. The others may have an alpha channel, which
    # only IMREAD_UNCHANGED shows; it leaves the conversions to us.
    if header.format in ("JPEG", "BMP"):
        pixels = _decode(data, header, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    else:
        pixels = _to_bgr(data, header, _decode(data, header, cv2.IMREAD_UNCHANGED))
    # With the flags above OpenCV leaves an image as it is stored, but for a TIFF, which it always turns upright.
    return np.ascontiguousarray(pixels if header.format == "TIFF" else _upright(pixels, header.orientation))


def check_size(header: ImageHeader, max_pixels: int) -> None:
    """Refuse an image before it is decoded.

    Raises:
        ImageTooLargeError: the header announces more than `max_pixels` for the image or for a tile of it.
    """
    tile_width, tile_height = header.tile
    if tile_width * tile_height > max_pixels:
        raise ImageTooLargeError(
            f"the image has tiles of {tile_width} × {tile_height} pixels, "
            f"more than max_image_pixels allows ({max_pixels}, {max_pixels / 1e6:.1f} megapixels)"
        )
    if header.width * header.height > max_pixels:
        megapixels = header.width * header.height / 1e6
        raise ImageTooLargeError(
            f"the image is {header.width} × {header.height} pixels ({megapixels:.1f} megapixels), "
            f"more than max_image_pixels allows ({max_pixels}, {max_pixels / 1e6:.1f} megapixels)"
        )


def _decode(data: bytes, header: ImageHeader, flags: int) -> Image:
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        raise ImageBrokenError(f"the {header.format} image cannot be decoded: {error.err}") from error
    if pixels is None:
        raise ImageBrokenError(f"the {header.format} image cannot be decoded: its data is damaged or cut off")
    height, width = pixels.shape[:2]
    if {height, width} != {header.height, header.width}:
        raise ImageBrokenError(
            f"the {header.format} image is broken: its header says {header.width} × {header.height} pixels, "
            f"its data {width} × {height}"
        )
    return as_image(pixels)


def _to_bgr(data: bytes, header: ImageHeader, pixels: Image) -> Image:
    if pixels.dtype not in (np.uint8, np.uint16):
        raise ImageFormatError(
            f"this is a {header.format} image with {pixels.dtype} samples; accepted are 8 and 16 bits per sample"
        )
    pixels = _to_8_bits(pixels)
    if pixels.ndim == 2:
        return _three(pixels)
    if pixels.shape[2] == 3:
        return pixels
    alpha = as_image(cv2.extractChannel(pixels, 3))
    if alpha.min() == 255:
        return as_image(cv2.cvtColor(pixels, cv2.COLOR_BGRA2BGR))
    if header.format == "TIFF":
        # Whether IMREAD_UNCHANGED multiplies the colours by alpha depends on depth and tags; IMREAD_COLOR always does.
        premultiplied = _decode(data, header, cv2.IMREAD_COLOR)
    else:
        multiplied = cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA)  # the order of the colours does not matter
        premultiplied = as_image(cv2.cvtColor(multiplied, cv2.COLOR_BGRA2BGR))
    return _on_background(premultiplied, alpha)


def _to_8_bits(pixels: Image) -> Image:
    if pixels.dtype == np.uint8:
        return pixels
    return as_image(cv2.convertScaleAbs(pixels, alpha=255 / 65535))


def _three(plane: Image) -> Image:
    return as_image(cv2.cvtColor(plane, cv2.COLOR_GRAY2BGR))


def _on_background(premultiplied: Image, alpha: Image) -> Image:
    on_white = as_image(cv2.add(premultiplied, _three(255 - alpha)))
    if on_white.min() >= _BLANK_ABOVE and alpha.max() > 255 - _BLANK_ABOVE:
        return premultiplied
    return on_white


def _upright(pixels: Image, orientation: int) -> Image:
    transpose, flip = _FLIPS.get(orientation, (False, None))
    if transpose:
        pixels = as_image(cv2.transpose(pixels))
    return pixels if flip is None else as_image(cv2.flip(pixels, flip))
