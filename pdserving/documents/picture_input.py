"""Pictures of formats that Pillow decodes and no worker does: GIF, AVIF, JPEG 2000, and phones' HEIC.

It is for a process of bounded memory and time: these decoders are large, and a small file can ask for much of both.
"""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import AvifImagePlugin, Image, ImageOps

from ocr_ops.errors import ImageBrokenError, OcrError
from ocr_ops.image import ImageHeader, check_size
from pdserving.documents.lossless import lossless_file
from pdserving.documents.picture_formats import PictureFormat, decoded_format
from pdserving.documents.source import DecodedPicture

_PILLOW_NAMES: dict[PictureFormat, str] = {"GIF": "GIF", "AVIF": "AVIF", "HEIC": "HEIF", "JPEG 2000": "JPEG2000"}

Image.MAX_IMAGE_PIXELS = None  # the limit is `decode_picture`'s
AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def decode_picture(data: bytes, max_pixels: int) -> DecodedPicture:
    """The picture of a file: of an animation the first frame, of several pictures the main one.

    Args:
        data: the file, of a format that `decoded_format` names.
        max_pixels: the most pixels that it may have.

    Raises:
        ImageTooLargeError: the header announces more than `max_pixels`; nothing was decoded.
        ImageBrokenError: the header or the pixels cannot be decoded.
        MemoryError: the decoder asks for more memory than there is.
    """
    name = decoded_format(data)
    if name is None:
        raise ValueError("a picture of another format")
    if name == "HEIC":
        _register_heif()
    try:
        with Image.open(io.BytesIO(data), formats=[_PILLOW_NAMES[name]]) as picture:
            check_size(ImageHeader(name, *picture.size, 1), max_pixels)
            several = bool(getattr(picture, "is_animated", False))
            picture.load()
            # What is decoded may be larger than what was announced.
            check_size(ImageHeader(name, *picture.size, 1), max_pixels)
            # In place, as each copy of a large picture takes 200 MB.
            ImageOps.exif_transpose(picture, in_place=True)
            return DecodedPicture(lossless_file(_pixels(picture)), several)
    except (MemoryError, OcrError):
        raise
    # Of a damaged file the decoders raise anything.
    except Exception as error:
        raise ImageBrokenError(f"the {name} image cannot be decoded: its data is damaged or cut off") from error


def _pixels(picture: Image.Image) -> NDArray[Any]:
    """The pixels in the form that `lossless_file` takes."""
    if picture.mode.startswith("I;16"):
        return np.asarray(picture, np.uint16)
    if picture.has_transparency_data:
        return np.asarray(picture.convert("RGBA"))[:, :, (2, 1, 0, 3)]
    if picture.mode in ("1", "L"):
        return np.asarray(picture.convert("L"))
    return np.asarray(picture if picture.mode == "RGB" else picture.convert("RGB"))[:, :, ::-1]


def _register_heif() -> None:
    # Imported when it is needed: it loads libraries of 27 MB.
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
