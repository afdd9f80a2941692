"""Image files: by cv2.imencode, and by hand for what that cannot write or does not let a test choose."""

import struct
import zlib
from collections.abc import Mapping
from typing import Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_ops.arrays import Image

Pixels: TypeAlias = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.float32]
Order: TypeAlias = Literal["<", ">"]


def encode(extension: str, image: Pixels, parameters: tuple[int, ...] = ()) -> bytes:
    done, data = cv2.imencode(extension, image, parameters)
    assert done
    return bytes(data)


def exif(orientation: int, order: Order = "<") -> bytes:
    """A TIFF structure with nothing but an orientation."""
    signature = b"II*\0" if order == "<" else b"MM\0*"
    return signature + struct.pack(order + "IHHHIHHI", 8, 1, 274, 3, 1, orientation, 0, 0)


def jpeg_with_exif(jpeg: bytes, block: bytes) -> bytes:
    payload = b"Exif\0\0" + block
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]


def png_chunk(name: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", zlib.crc32(name + payload))


def png(
    width: int, height: int, depth: int, colour_type: int, row: bytes, chunks: Mapping[bytes, bytes] | None = None
) -> bytes:
    """A PNG file whose rows are all the same."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    extra = b"".join(png_chunk(name, payload) for name, payload in (chunks or {}).items())
    pixels = zlib.compress((b"\0" + row) * height)
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + extra + png_chunk(b"IDAT", pixels) + png_chunk(b"IEND", b"")
    )


def blank_png(size: tuple[int, int], seed: int | None = None) -> bytes:
    """A white picture of a width and height; a seed makes a pixel grey, so that it differs from others of its size."""
    image = np.full((size[1], size[0], 3), 255, np.uint8)
    if seed is not None:
        image[0, seed] = 254
    return encode(".png", image)


def png_header(width: int, height: int) -> bytes:
    """A PNG file that says how large it is and has nothing more."""
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def png_with_exif(data: bytes, block: bytes) -> bytes:
    """The PNG file with an eXIf chunk after its IHDR."""
    return data[:33] + png_chunk(b"eXIf", block) + data[33:]


def webp_with_exif(data: bytes, width: int, height: int, block: bytes) -> bytes:
    """The simple WebP file in the extended format, with an EXIF chunk."""
    sizes = b"".join(struct.pack("<I", side - 1)[:3] for side in (width, height))
    extended = b"VP8X" + struct.pack("<II", 10, 0x08) + sizes
    body = extended + data[12:] + b"EXIF" + struct.pack("<I", len(block)) + block + b"\0" * (len(block) % 2)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def tiff(pixels: Pixels, order: Order = "<", tags: Mapping[int, int] | None = None) -> bytes:
    """An uncompressed TIFF file of one strip. `tags` adds SHORT tags, or replaces their values."""
    height, width = pixels.shape[:2]
    samples = 1 if pixels.ndim == 2 else pixels.shape[2]
    depth = pixels.dtype.itemsize * 8
    data = pixels.astype(pixels.dtype.newbyteorder(order)).tobytes()
    start = 8 + len(data) + len(data) % 2
    values = {256: width, 257: height, 259: 1, 262: 1 if samples == 1 else 2, 277: samples, 278: height}
    values |= {339: 3 if pixels.dtype.kind == "f" else 1} | dict(tags or {})
    entries = [(tag, 3, 1, struct.pack(order + "HH", value, 0)) for tag, value in values.items()]
    entries += [(273, 4, 1, struct.pack(order + "I", 8)), (279, 4, 1, struct.pack(order + "I", len(data)))]
    end = start + 2 + 12 * (len(entries) + 1) + 4
    place = struct.pack(order + "HH", depth, 0) if samples == 1 else struct.pack(order + "I", end)
    entries.append((258, 3, samples, place))
    directory = b"".join(struct.pack(order + "HHI", tag, kind, count) + v for tag, kind, count, v in sorted(entries))
    signature = b"II*\0" if order == "<" else b"MM\0*"
    return (
        signature
        + struct.pack(order + "I", start)
        + data.ljust(start - 8, b"\0")
        + struct.pack(order + "H", len(entries))
        + directory
        + bytes(4)
        + struct.pack(order + "H", depth) * samples
    )


def bmp(width: int, height: int, header_size: int) -> bytes:
    """A BMP file, 24 bits a pixel, all white; a negative height stands for rows from top to bottom."""
    rows = b"\xff" * ((width * 3 + 3) // 4 * 4 * abs(height))
    if header_size == 12:
        header = struct.pack("<IHHHH", 12, width, height, 1, 24)
    else:
        header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(rows), 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 14 + len(header) + len(rows), 0, 0, 14 + len(header)) + header + rows


def quarters(height: int = 40, width: int = 60) -> Image:
    """A picture that looks different in each of the eight orientations: its four quarters differ in brightness."""
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2, width // 2 :] = 80
    image[height // 2 :, : width // 2] = 160
    image[height // 2 :, width // 2 :] = 240
    return image


def stored(image: Image, orientation: int) -> Image:
    """How `image` is stored so that `orientation` turns it upright: the inverse, from the definition in EXIF 2.3."""
    turned = {
        1: image,
        2: image[:, ::-1],
        3: image[::-1, ::-1],
        4: image[::-1],
        5: image.transpose(1, 0, 2),
        6: np.rot90(image, 1),
        7: image[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(image, -1),
    }
    return np.ascontiguousarray(turned[orientation])
