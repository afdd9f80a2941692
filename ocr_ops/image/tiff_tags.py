"""The directories of a TIFF file and their integer tags, after "TIFF Revision 6.0" (Adobe, 1992), section 2.

EXIF data has the same layout.
"""

import struct
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal, TypeAlias

WIDTH = 256
HEIGHT = 257
BITS = 258
ORIENTATION = 274
SAMPLES = 277
TILE_WIDTH = 322
TILE_HEIGHT = 323

ByteOrder: TypeAlias = Literal["<", ">"]

INTEGER_TYPES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 16: "Q", 17: "q"}
"""Field type to the struct code of one value: BYTE, SHORT, LONG, SBYTE, SSHORT, SLONG, and BigTIFF's LONG8 and SLONG8.

The last two do not belong into a TIFF, but libtiff takes them there.
"""

# Bytes of one value of the other types: ASCII, RATIONAL, UNDEFINED, SRATIONAL, FLOAT, DOUBLE.
_OTHER_SIZES = {2: 1, 5: 8, 7: 1, 10: 8, 11: 4, 12: 8}
_SIZES = {**{kind: struct.calcsize("=" + code) for kind, code in INTEGER_TYPES.items()}, **_OTHER_SIZES}
_ENTRY_BYTES = 12


@dataclass(frozen=True)
class Entry:
    """An entry of a directory.

    Attributes:
        tag: the number that says what it is about.
        kind: the field type.
        count: how many values there are.
        place: where in the file the values begin.
        size: how many bytes the values have together.
    """

    tag: int
    kind: int
    count: int
    place: int
    size: int


def byte_order(data: bytes) -> ByteOrder:
    """The byte order of a TIFF's numbers, as `struct` names it.

    Raises:
        ValueError: `data` is not a TIFF structure.
    """
    if data[:4] == b"II*\0":
        return "<"
    if data[:4] == b"MM\0*":
        return ">"
    raise ValueError("no TIFF signature")


def first_directory(data: bytes) -> int:
    """The place of the first directory.

    Raises:
        ValueError: `data` is not a TIFF structure, or ends before it says.
    """
    return _unpack(byte_order(data) + "I", data, 4)


def next_directory(data: bytes, start: int) -> int:
    """The place of the directory that follows the one at `start`; 0 where it is the last.

    Raises:
        ValueError: the file ends before the directory does.
    """
    order = byte_order(data)
    return _unpack(order + "I", data, start + 2 + _ENTRY_BYTES * _unpack(order + "H", data, start))


def entries(data: bytes, start: int) -> Iterator[Entry]:
    """The entries of the directory at `start`, in their order, without those of types that are unknown.

    Raises:
        ValueError: the file ends before the directory does. The values may still lie outside the file.
    """
    order = byte_order(data)
    end = start + 2 + _ENTRY_BYTES * _unpack(order + "H", data, start)
    for at in range(start + 2, end, _ENTRY_BYTES):
        try:
            tag, kind, count, place = struct.unpack_from(order + "HHII", data, at)
        except struct.error as error:
            raise ValueError(_CUT_OFF) from error
        if kind in _SIZES:
            size = _SIZES[kind] * count
            # Values of up to four bytes stand in the entry itself, longer ones where the entry points.
            yield Entry(tag, kind, count, at + 8 if size <= 4 else place, size)


def read_tags(data: bytes, wanted: AbstractSet[int], start: int | None = None) -> dict[int, int]:
    """The first value of each wanted tag that a directory holds.

    Where a tag appears twice, the first one counts, as in libtiff.

    Args:
        data: a TIFF file, or EXIF data without its prefix.
        wanted: the numbers of the tags.
        start: the place of the directory; the first one's where it is None.

    Returns:
        A value for each wanted tag that is there and is an integer.

    Raises:
        ValueError: `data` is not a TIFF structure, or ends before the directory or a wanted value does.
    """
    order = byte_order(data)
    tags: dict[int, int] = {}
    for entry in entries(data, first_directory(data) if start is None else start):
        if entry.tag in wanted and entry.tag not in tags and entry.kind in INTEGER_TYPES and entry.count:
            tags[entry.tag] = _unpack(order + INTEGER_TYPES[entry.kind], data, entry.place)
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


_CUT_OFF = "the directory is cut off"


def _unpack(code: str, data: bytes, place: int) -> int:
    try:
        (value,) = struct.unpack_from(code, data, place)
    except (struct.error, OverflowError) as error:
        raise ValueError(_CUT_OFF) from error
    return int(value)
