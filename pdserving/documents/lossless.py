"""Pixels as a picture's file, without loss."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

# The largest picture, in bytes, that is a BMP: an A4 page at 300 dpi, or a phone's picture of 12 megapixels. A BMP is
# written and read in a tenth of the time that any other lossless format takes, but a message has a limit, so larger
# pictures are PNG.
_BMP_BYTES = 40 * 2**20
_FAST_PNG = (cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_SUB)


def lossless_file(pixels: NDArray[Any]) -> bytes:
    """A picture's file.

    Args:
        pixels: uint8 or uint16, shape (height, width) for grey, (height, width, 3) for BGR or (height, width, 4) for
            BGR and alpha.
    """
    # A BMP has neither an alpha channel that is looked at, nor 16 bits.
    plain = pixels.dtype == np.uint8 and pixels.shape[2:] != (4,)
    extension, parameters = (".bmp", ()) if plain and pixels.nbytes <= _BMP_BYTES else (".png", _FAST_PNG)
    return cv2.imencode(extension, pixels, parameters)[1].tobytes()
