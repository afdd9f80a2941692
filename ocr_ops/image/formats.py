"""The formats of image files, told by the signature that a file begins with."""

ACCEPTED = "JPEG, PNG, BMP, WebP and TIFF"

_ACCEPTED_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
)

# What people send by mistake. The error names it, which is the shortest way to say what to change.
_FOREIGN_SIGNATURES = (
    (b"GIF87a", "a GIF image: convert it to PNG"),
    (b"GIF89a", "a GIF image: convert it to PNG"),
    (b"%PDF", "a PDF document"),
    (b"II+\0", "a BigTIFF image: convert it to TIFF"),
    (b"MM\0+", "a BigTIFF image: convert it to TIFF"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 image: convert it to JPEG or PNG"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 image: convert it to JPEG or PNG"),
    (b"\xff\x0a", "a JPEG XL image: convert it to JPEG or PNG"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL image: convert it to JPEG or PNG"),
    (b"8BPS", "a Photoshop document"),
    (b"\0\0\x01\0", "a Windows icon"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"data:", "a data URL: send the base64 part without its prefix"),
    (b"<", "XML, SVG or HTML"),
    (b"{", "JSON"),
)

_AVIF = "an AVIF image: convert it to JPEG or PNG"
_HEIF_BRANDS = {b"avif": _AVIF, b"avis": _AVIF}


def accepted_format(data: bytes) -> str | None:
    """The name of a file's format: "JPEG", "PNG", "BMP", "WebP" or "TIFF"; None for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    return next((name for signature, name in _ACCEPTED_SIGNATURES if data.startswith(signature)), None)


def foreign_format(data: bytes) -> str:
    """What a file in no accepted format seems to be, as the beginning of a sentence."""
    if data[4:8] == b"ftyp":
        found: str | None = _HEIF_BRANDS.get(data[8:12], "a HEIF image or a video: convert it to JPEG or PNG")
    else:
        found = next((name for signature, name in _FOREIGN_SIGNATURES if data.startswith(signature)), None)
    return f"this is {found}" if found else "this is no image format we know"
