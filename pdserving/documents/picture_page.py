"""A picture as a page of a PDF."""

import io
import math
import struct
import sys

import cv2
import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from ocr_ops.image import decode_image, read_header
from pdserving.documents.pdf_input import PageSpace
from pdserving.page_answer import PageAnswer

_POINTS_PER_INCH = 72
_UNKNOWN_DPI = 150
# The resolutions that are believed, which are those of scanners. EXIF asks for 72 where the resolution is unknown, and
# pictures from the web say 1.
_PLAUSIBLE_DPI = (75, 4800)
_MIN_SIDE, _MAX_SIDE = 3, 14_400  # points that a page may be wide or high

# The matrix that places a picture, which may be stored turned or mirrored, upright on a page of 1 × 1, by its EXIF
# orientation.
_UPRIGHT = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
_JPEG_COLOURS = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB, "CMYK": Name.DeviceCMYK}


def add_picture_page(pdf: pikepdf.Pdf, data: bytes, answer: PageAnswer) -> PageSpace:
    """Append a page that shows a picture, upright and as large as its resolution says; at 150 dpi where it says none.

    A JPEG goes into the PDF as it is, anything else without loss. A picture that is too narrow for a page is widened.

    Args:
        pdf: the PDF.
        data: the picture's file, one that has been read.
        answer: what was read; its width and height are the picture's.

    Returns:
        The page's coordinates; it has no text of its own.
    """
    scale = _POINTS_PER_INCH / _resolution(data)
    scale = min(scale, _MAX_SIDE / max(answer.width, answer.height))
    width, height = (max(side * scale, _MIN_SIDE) for side in (answer.width, answer.height))
    jpeg = _jpeg(pdf, data)
    if jpeg is None:
        image, orientation = _lossless(pdf, data), 1
    else:
        image, orientation = jpeg, read_header(data).orientation
    a, b, c, d, e, f = _UPRIGHT[orientation]
    placed = " ".join(
        f"{value * side:.3f}" for value, side in zip((a, b, c, d, e, f), (width, height) * 3, strict=True)
    )
    page = pdf.add_blank_page(page_size=(width, height))
    page.obj.Resources = Dictionary(XObject=Dictionary(Picture=image))
    page.obj.Contents = pdf.make_stream(f"q {placed} cm /Picture Do Q".encode("ascii"))
    return PageSpace((width, 0.0, 0.0, -height, 0.0, height), np.empty((0, 2)))


def _resolution(data: bytes) -> float:
    """The picture's dots per inch: the mean of across and down, as the pixels are taken to be square."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            across, down = (float(value) for value in image.info["dpi"])
    # Metadata is broken in many ways, and none is a reason to refuse a picture that was read.
    except Exception:
        return _UNKNOWN_DPI
    dpi = (across + down) / 2
    return dpi if math.isfinite(dpi) and _PLAUSIBLE_DPI[0] <= dpi <= _PLAUSIBLE_DPI[1] else _UNKNOWN_DPI


def _jpeg(pdf: pikepdf.Pdf, data: bytes) -> pikepdf.Stream | None:
    """A JPEG as an image of a PDF; None for any other picture, and for a JPEG whose colours PDFs do not know."""
    header = read_header(data)
    if header.format != "JPEG":
        return None
    try:
        with Image.open(io.BytesIO(data)) as image:
            colours, inverted = _JPEG_COLOURS.get(image.mode), image.mode == "CMYK" and "adobe" in image.info
    # Again no reason to refuse it: OpenCV has decoded this picture.
    except Exception:
        return None
    if colours is None:
        return None
    stream = _image(pdf, data, header.width, header.height, colours)
    stream.Filter = Name.DCTDecode
    if inverted:
        stream.Decode = Array([1, 0] * 4)
    return stream


def _lossless(pdf: pikepdf.Pdf, data: bytes) -> pikepdf.Stream:
    """Any picture as an image of a PDF, decoded and compressed anew."""
    # The picture has been read before, so it is within the limit, tiles and all.
    pixels = decode_image(data, max_pixels=sys.maxsize)
    grey = bool((pixels == pixels[:, :, :1]).all())
    encoded = cv2.imencode(".png", pixels[:, :, 0] if grey else pixels, (cv2.IMWRITE_PNG_COMPRESSION, 6))[1].tobytes()
    height, width = pixels.shape[:2]
    # A PDF takes the data of a PNG as it is.
    stream = _image(pdf, _png_data(encoded), width, height, Name.DeviceGray if grey else Name.DeviceRGB)
    stream.Filter = Name.FlateDecode
    stream.DecodeParms = Dictionary(Predictor=15, Colors=1 if grey else 3, BitsPerComponent=8, Columns=width)
    return stream


def _image(pdf: pikepdf.Pdf, data: bytes, width: int, height: int, colours: Name) -> pikepdf.Stream:
    return pdf.make_stream(
        data,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=width,
        Height=height,
        ColorSpace=colours,
        BitsPerComponent=8,
    )


def _png_data(png: bytes) -> bytes:
    """The content of the IDAT chunks of a PNG, one after the other."""
    found, position = [], 8
    while position < len(png):
        length, name = struct.unpack_from(">I4s", png, position)
        if name == b"IDAT":
            found.append(png[position + 8 : position + 8 + length])
        position += 12 + length
    return b"".join(found)
