"""The formats of pictures that the gateway has decoded to others before a worker reads them."""

from typing import Literal, TypeAlias

PictureFormat: TypeAlias = Literal["GIF", "AVIF", "HEIC", "JPEG 2000"]

DECODED = "GIF, AVIF, HEIC and JPEG 2000"

_SIGNATURES: tuple[tuple[bytes, PictureFormat], ...] = (
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),  # the codestream without its box
)
# The brands of ISO 23000-22 (MIAF) and ISO 23008-12 (HEIF).
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_MAX_BRANDS = 64


def decoded_format(data: bytes) -> PictureFormat | None:
    """The name of a file's format, told by how it begins; None for a format that is none of `DECODED`."""
    if data[4:8] == b"ftyp":
        return _by_brand(data)
    return next((name for signature, name in _SIGNATURES if data.startswith(signature)), None)


def _by_brand(data: bytes) -> PictureFormat | None:
    # The main brand counts, unless it is one that both formats have in common.
    end = min(int.from_bytes(data[:4]), 16 + 4 * _MAX_BRANDS)
    for place in (8, *range(16, end, 4)):
        brand = data[place : place + 4]
        if brand in _AVIF_BRANDS:
            return "AVIF"
        if brand in _HEIC_BRANDS:
            return "HEIC"
    return None
