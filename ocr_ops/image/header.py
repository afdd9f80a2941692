"""Format, size and orientation of an image, read from its file without decoding a pixel.

So an image that is too large can be refused before it takes any memory.
"""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass

from ocr_ops.errors import ImageBrokenError, ImageEmptyError, ImageFormatError
from ocr_ops.image import tiff_tags
from ocr_ops.image.formats import ACCEPTED, accepted_format, foreign_format

# Real files have a few hundred segments at most (an ICC profile takes up to 255). Without a bound, a file of nothing
# but tiny segments would take seconds.
_MAX_SEGMENTS = 10_000
_MAX_CHUNKS = 100_000
# Encoders write about 10; one for each coefficient of each component would be 192.
_MAX_SCANS = 200
_MAX_BITS, _MAX_SAMPLES = 16, 4  # bits of a TIFF's sample, samples of its pixel

_JPEG_MARKER = re.compile(rb"\xff[^\x00\xff]")
# Within a scan's data, restart markers (D0 to D7) mean nothing here. There may be any number of them.
_JPEG_MARKER_OF_SCANS = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_JPEG_NO_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_APP1, _JPEG_SCAN, _JPEG_END = 0xE1, 0xDA, 0xD9


@dataclass(frozen=True)
class ImageHeader:
    """What an image file says about itself.

    Attributes:
        format: one of "JPEG", "PNG", "BMP", "WebP" and "TIFF".
        width: the width in pixels, as stored: before the orientation is applied.
        height: the height in pixels, as stored.
        orientation: 1 to 8 as EXIF and TIFF number them; 1 is upright.
        tile: width and height, in pixels, of the tiles that a TIFF may be made of; (0, 0) where there are none. A tile
            is decoded whole, however little of it belongs to the image.
    """

    format: str
    width: int
    height: int
    orientation: int
    tile: tuple[int, int] = (0, 0)


def read_header(data: bytes) -> ImageHeader:
    """The header of an image file. Whatever the bytes, it raises nothing but the errors below.

    Raises:
        ImageEmptyError: there are no bytes.
        ImageFormatError: the format is none of the accepted ones; the message says what was found, if it can be told.
        ImageBrokenError: the header is damaged or cut off.
    """
    if not data:
        raise ImageEmptyError("the image is empty: 0 bytes")
    name = accepted_format(data)
    if name is None:
        raise ImageFormatError(f"{foreign_format(data)}; accepted are {ACCEPTED}")
    tile = (0, 0)
    try:
        width, height, orientation = _READERS[name](data)
        if name == "TIFF":
            tile = _tile(data)
    except (ValueError, struct.error) as error:
        reason = "the header is cut off" if isinstance(error, struct.error) else str(error)
        raise ImageBrokenError(f"the {name} image is broken: {reason}") from error
    if width <= 0 or height <= 0:
        raise ImageBrokenError(f"the {name} image is broken: its size is {width} × {height} pixels")
    return ImageHeader(name, width, height, orientation, tile)


def _read_jpeg(data: bytes) -> tuple[int, int, int]:
    orientation = None
    position = 2
    for _ in range(_MAX_SEGMENTS):
        # Like libjpeg, step over fill bytes and over anything else that is no marker.
        found = _JPEG_MARKER.search(data, position)
        if found is None:
            raise ValueError("the header is cut off")
        marker = data[found.end() - 1]
        position = found.end()
        if marker in _JPEG_NO_LENGTH:
            continue
        if marker in (_JPEG_SCAN, _JPEG_END):
            raise ValueError("it has no frame header")
        (length,) = struct.unpack_from(">H", data, position)
        if length < 2:
            raise ValueError("a segment is shorter than its own length field")
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, position + 3)
            _check_scans(data, position + length)
            return width, height, orientation or 1
        if marker == _JPEG_APP1 and orientation is None and data.startswith(b"Exif\0\0", position + 2):
            orientation = tiff_tags.exif_orientation(data[position + 2 : position + length])
        position += length
    raise ValueError(f"no frame header among its first {_MAX_SEGMENTS} segments")


def _check_scans(data: bytes, position: int) -> None:
    """Refuse a file that would decode for hours: a scan takes a few bytes of it, and goes over all pixels."""
    scans = 0
    for _ in range(_MAX_SEGMENTS):
        found = _JPEG_MARKER_OF_SCANS.search(data, position)
        if found is None:
            return
        marker, position = data[found.end() - 1], found.end()
        if marker in _JPEG_NO_LENGTH:
            continue
        if marker == _JPEG_END or position + 2 > len(data):
            return
        scans += marker == _JPEG_SCAN
        if scans > _MAX_SCANS:
            raise ValueError(f"it has more than {_MAX_SCANS} scans")
        position += struct.unpack_from(">H", data, position)[0]
    raise ValueError(f"it has more than {_MAX_SEGMENTS} segments")


def _read_png(data: bytes) -> tuple[int, int, int]:
    if data[12:16] != b"IHDR":
        raise ValueError("it does not begin with an IHDR chunk")
    width, height = struct.unpack_from(">II", data, 16)
    orientation = None
    position = 8
    # To the end, and not only to the EXIF chunk: OpenCV 5 reserves as much memory as a chunk says is its length, up to
    # 4 GB, before it looks whether the file has that much.
    for _ in range(_MAX_CHUNKS):
        if position + 8 > len(data):
            return width, height, orientation or 1
        length, name = struct.unpack_from(">I4s", data, position)
        start, position = position + 8, position + 12 + length
        if position > len(data):
            raise ValueError("it is cut off, or a chunk is damaged")
        if name == b"eXIf" and orientation is None:
            orientation = tiff_tags.exif_orientation(data[start : start + length])
        if name == b"IEND":
            return width, height, orientation or 1
    raise ValueError(f"it has more than {_MAX_CHUNKS} chunks")


def _read_webp(data: bytes) -> tuple[int, int, int]:
    kind = data[12:16]
    if kind == b"VP8 ":
        if data[23:26] != b"\x9d\x01\x2a":
            raise ValueError("it does not begin with a key frame")
        # The upper two bits of each are a scaling hint for the display.
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
        return width, height, 1
    if kind == b"VP8L":
        signature, bits = struct.unpack_from("<BI", data, 20)
        if signature != 0x2F:
            raise ValueError("its lossless stream has no signature")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, 1
    if kind == b"VP8X":
        _, low_width, high_width, low_height, high_height = struct.unpack_from("<IHBHB", data, 20)
        width, height = (high_width << 16 | low_width) + 1, (high_height << 16 | low_height) + 1
        return width, height, _webp_orientation(data)
    raise ValueError("its first chunk is none of VP8, VP8L and VP8X")


def _webp_orientation(data: bytes) -> int:
    position = 12
    for _ in range(_MAX_CHUNKS):
        if position + 8 > len(data):
            break
        name, length = struct.unpack_from("<4sI", data, position)
        if name == b"EXIF":
            return tiff_tags.exif_orientation(data[position + 8 : position + 8 + length])
        position += 8 + length + length % 2
    return 1


def _read_bmp(data: bytes) -> tuple[int, int, int]:
    (size,) = struct.unpack_from("<I", data, 14)
    if size == 12:  # OS/2 1.x
        width, height = struct.unpack_from("<HH", data, 18)
    elif size >= 36:  # OS/2 2.x and BITMAPINFOHEADER onwards
        width, height = struct.unpack_from("<ii", data, 18)
    else:
        raise ValueError(f"a header of {size} bytes is unknown")
    # A negative height says that rows go from top to bottom.
    return width, abs(height), 1


def _read_tiff(data: bytes) -> tuple[int, int, int]:
    tags = tiff_tags.read_tags(data, {tiff_tags.WIDTH, tiff_tags.HEIGHT, tiff_tags.ORIENTATION})
    if tiff_tags.WIDTH not in tags or tiff_tags.HEIGHT not in tags:
        raise ValueError("its directory gives no width or no height")
    orientation = tags.get(tiff_tags.ORIENTATION, 1)
    return tags[tiff_tags.WIDTH], tags[tiff_tags.HEIGHT], orientation if 1 <= orientation <= 8 else 1


def _tile(data: bytes) -> tuple[int, int]:
    """Width and height of a TIFF's tiles, in pixels; (0, 0) where it has none.

    Raises:
        ImageFormatError: the TIFF's samples are not accepted; so they are refused before they take memory.
        ValueError: the tiles have no size, or the directory is damaged.
    """
    wanted = {tiff_tags.BITS, tiff_tags.SAMPLES, tiff_tags.TILE_WIDTH, tiff_tags.TILE_HEIGHT}
    tags = tiff_tags.read_tags(data, wanted)
    bits, samples = tags.get(tiff_tags.BITS, 1), tags.get(tiff_tags.SAMPLES, 1)
    if bits > _MAX_BITS or samples > _MAX_SAMPLES:
        raise ImageFormatError(
            f"this is a TIFF image with {samples} samples of {bits} bits a pixel; "
            f"accepted are up to {_MAX_SAMPLES} of up to {_MAX_BITS}"
        )
    if tiff_tags.TILE_WIDTH not in tags and tiff_tags.TILE_HEIGHT not in tags:
        return 0, 0
    tile = tags.get(tiff_tags.TILE_WIDTH, 0), tags.get(tiff_tags.TILE_HEIGHT, 0)
    if min(tile) <= 0:
        raise ValueError(f"its tiles are {tile[0]} × {tile[1]} pixels")
    return tile


_READERS: dict[str, Callable[[bytes], tuple[int, int, int]]] = {
    "JPEG": _read_jpeg,
    "PNG": _read_png,
    "WebP": _read_webp,
    "BMP": _read_bmp,
    "TIFF": _read_tiff,
}
