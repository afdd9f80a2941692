"""The pages of a TIFF: how many there are, and each as a file of its own. No pixel is decoded."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ocr_ops.errors import ImageBrokenError
from ocr_ops.image.tiff_tags import (
    INTEGER_TYPES,
    ByteOrder,
    Entry,
    byte_order,
    entries,
    first_directory,
    next_directory,
)

_MAX_DIRECTORIES = 10_000
_HEADER_BYTES = 8
_FAR = 1 << 62  # where no file reaches
_SUBFILE_TYPE = 254
_SMALLER_VERSION, _MASK = 1, 4  # bits of a subfile's type
_COMPRESSION, _OLD_JPEG = 259, 6
# A picture's data is in strips or in tiles: for either, a tag of their places and one of their lengths.
_PLACES, _LENGTHS = (273, 324), (279, 325)
# What decoders look at, beside places and lengths: size, samples, colours, compression, orientation, resolution, tiles.
_KEPT = {
    *(256, 257, 258, 259, 262, 266, 274, 277, 278, 280, 281, 282, 283, 284, 292, 293, 296, 317, 320, 322, 323),
    *(332, 334, 338, 339, 340, 341, 347, 529, 530, 531, 532),
}


@dataclass(frozen=True)
class TiffPages:
    """A TIFF of one or more pages. Smaller versions and masks of other pages, which say that they are, are no pages.

    Attributes:
        data: the file.
        places: where the directory of each page begins, in order; there is at least one.
    """

    data: bytes
    places: tuple[int, ...]

    @classmethod
    def of(cls, data: bytes) -> Self:
        """The pages of a file.

        Raises:
            ImageBrokenError: a directory lies outside the file, they form a circle, or there are more than 10,000.
        """
        try:
            directories = _directories(data)
            pages = tuple(place for place in directories if _is_page(data, place))
        except ValueError as error:
            raise ImageBrokenError(f"the TIFF image is broken: {error}") from error
        return cls(data, pages or directories[:1])

    def __len__(self) -> int:
        return len(self.places)

    def picture(self, number: int) -> bytes:
        """A page as a TIFF of one page: the file itself where that page is all there is, else a small part of it.

        Args:
            number: the page, from 1.

        Raises:
            ImageBrokenError: the page's directory is damaged.
        """
        place = self.places[number - 1]
        try:
            if len(self) == 1 and place == first_directory(self.data):
                return self.data
            return _cut_out(self.data, place)
        except ValueError as error:
            raise ImageBrokenError(f"the TIFF image is broken: {error}") from error


def _directories(data: bytes) -> tuple[int, ...]:
    places: dict[int, None] = {}
    place = first_directory(data)
    while place or not places:
        if place in places:
            raise ValueError(f"after page {len(places)} its directories begin anew")
        if len(places) == _MAX_DIRECTORIES:
            raise ValueError(f"it has more than {_MAX_DIRECTORIES} pages")
        places[place] = None
        try:
            place = next_directory(data, place)
        except ValueError as error:
            raise ValueError(f"the directory of page {len(places)} is cut off") from error
    return tuple(places)


def _is_page(data: bytes, place: int) -> bool:
    # It is the smallest tag that files have, and entries are sorted.
    first = next(entries(data, place), None)
    if first is None or first.tag != _SUBFILE_TYPE or first.kind not in INTEGER_TYPES or first.count != 1:
        return True
    return not int(_values(data, first)[0]) & (_SMALLER_VERSION | _MASK)


def _cut_out(data: bytes, place: int) -> bytes:
    """A TIFF of the page whose directory is at `place`, with the part of the file in which the page's data lies."""
    order = byte_order(data)
    found: dict[int, Entry] = {}
    for entry in entries(data, place):
        found.setdefault(entry.tag, entry)
    numbers = {
        tag: _values(data, found[tag])
        for tag in (_COMPRESSION, *_PLACES, *_LENGTHS)
        if tag in found and found[tag].kind in INTEGER_TYPES
    }
    parts = [
        _part(numbers[places], numbers.get(lengths))
        for places, lengths in zip(_PLACES, _LENGTHS, strict=True)
        if places in numbers
    ]
    if not parts or _OLD_JPEG in numbers.get(_COMPRESSION, ()):
        # Nothing says where its data is, or several tags do: the whole file, with this directory as its first.
        return data[:4] + struct.pack(order + "I", place) + data[8:]
    low = min(min(part[0] for part in parts), len(data))
    high = min(max(part[1] for part in parts), len(data))
    values: dict[int, bytes] = {}
    for tag, entry in found.items():
        if tag in _PLACES and tag in numbers:
            moved = np.where(numbers[tag] >= low, numbers[tag] - low + _HEADER_BYTES, 0)
            values[tag] = moved.astype(order + INTEGER_TYPES[entry.kind]).tobytes()
        elif tag in _KEPT or tag in _LENGTHS:
            values[tag] = data[entry.place : entry.place + entry.size]
    # A value that lies outside the file is left out, as libtiff does; only damaged files have such.
    whole = [(found[tag], value) for tag, value in sorted(values.items()) if len(value) == found[tag].size]
    if sum(len(value) for _, value in whole) > len(data):
        raise ValueError("the values of a directory have more bytes than the file")
    return _written(data[:4], order, data[low:high], whole)


def _written(signature: bytes, order: ByteOrder, body: bytes, values: Sequence[tuple[Entry, bytes]]) -> bytes:
    """A TIFF of one directory, which comes last, after `body` and the values that are too long for it."""
    parts, end, directory = [body], _HEADER_BYTES + len(body), b""
    for entry, value in values:
        place = value.ljust(4, b"\0")
        if len(value) > 4:
            padding = bytes(end % 2)
            place = struct.pack(order + "I", end + len(padding))
            parts += [padding, value]
            end += len(padding) + len(value)
        directory += struct.pack(order + "HHI", entry.tag, entry.kind, entry.count) + place
    padding = bytes(end % 2)
    header = signature + struct.pack(order + "I", end + len(padding))
    count = struct.pack(order + "H", len(values))
    return b"".join((header, *parts, padding, count, directory, bytes(4)))


def _part(places: NDArray[np.int64], lengths: NDArray[np.int64] | None) -> tuple[int, int]:
    """Where the data of strips or tiles begins and ends; to the end of the file where that is not said."""
    if lengths is None or len(lengths) != len(places):
        return int(places.min(initial=_FAR)), _FAR
    filled = lengths > 0
    ends = places[filled] + lengths[filled]
    return int(places[filled].min(initial=_FAR)), int(ends.max(initial=0))


def _values(data: bytes, entry: Entry) -> NDArray[np.int64]:
    """The values of an entry of integers."""
    raw = data[entry.place : entry.place + entry.size]
    if len(raw) < entry.size:
        raise ValueError("the values of a directory are cut off")
    numbers = np.frombuffer(raw, byte_order(data) + INTEGER_TYPES[entry.kind])
    # No file reaches as far, and sums of such numbers cannot overflow.
    bounded: NDArray[np.int64] = np.minimum(numbers.astype(np.uint64), np.uint64(_FAR)).astype(np.int64)
    return bounded
