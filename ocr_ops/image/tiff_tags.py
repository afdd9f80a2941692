"""Integer tags of a TIFF file's first image directory, after "TIFF Revision 6.0" (Adobe, 1992), section 2.

EXIF data has the same layout.
"""

import struct
from collections.abc import Set as AbstractSet

WIDTH = 256
HEIGHT = 257
BITS = 258
ORIENTATION = 274
SAMPLES = 277
TILE_WIDTH = 322
TILE_HEIGHT = 323

# Field type to the struct code of one value: BYTE, SHORT, LONG, SBYTE, SSHORT, SLONG.
_INTEGER_TYPES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i"}


def read_tags(data: bytes, wanted: AbstractSet[int]) -> dict[int, int]:
    """The first value of each wanted tag that the first directory holds.

    Where a tag appears twice, the first one counts, as in libtiff.

    Args:
        data: a TIFF file, or EXIF data without its prefix.
        wanted: the numbers of the tags.

    Returns:
        A value for each wanted tag that is there and is an integer.

    Raises:
        ValueError: `data` is not a TIFF structure, or ends before its directory does.
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None:
        raise ValueError("no TIFF signature")
    try:
        (start,) = struct.unpack_from(order + "I", data, 4)
        (entries,) = struct.unpack_from(order + "H", data, start)
        tags: dict[int, int] = {}
        for entry in range(start + 2, start + 2 + 12 * entries, 12):
            tag, kind, count = struct.unpack_from(order + "HHI", data, entry)
            if tag not in wanted or tag in tags or kind not in _INTEGER_TYPES or count == 0:
                continue
            code = order + _INTEGER_TYPES[kind]
            # Values of up to four bytes stand in the entry itself, longer ones where the entry points.
            inline = struct.calcsize(code) * count <= 4
            place = entry + 8 if inline else struct.unpack_from(order + "I", data, entry + 8)[0]
            (tags[tag],) = struct.unpack_from(code, data, place)
    except struct.error as error:
        raise ValueError("the directory is cut off") from error
    return tags


def exif_orientation(block: bytes) -> int:
    """The orientation, 1 to 8, that EXIF data gives; 1 where it gives none that makes sense.

    A defect is no error: cameras and editors write all kinds of EXIF data, and the image can be read without it.

    Args:
        block: the EXIF data, with or without the prefix that it has in a JPEG.
    """
    try:
        orientation = read_tags(block.removeprefix(b"Exif\0\0"), {ORIENTATION}).get(ORIENTATION, 1)
    except ValueError:
        return 1
    return orientation if 1 <= orientation <= 8 else 1
