import contextlib
import struct
import time

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.errors import ImageBrokenError, ImageEmptyError, ImageFormatError, OcrError
from ocr_ops.image import ImageHeader, read_header
from tests.support import image_files as encoders

IMAGE = np.random.default_rng(1).integers(0, 256, (21, 34, 3), dtype=np.uint8)
WEBP = encoders.encode(".webp", IMAGE, (cv2.IMWRITE_WEBP_QUALITY, 80))
FILES = {
    "JPEG": encoders.jpeg_with_exif(encoders.encode(".jpg", IMAGE), encoders.exif(6, ">")),
    "progressive JPEG": encoders.encode(".jpg", IMAGE, (cv2.IMWRITE_JPEG_PROGRESSIVE, 1)),
    "PNG": encoders.png_with_exif(encoders.encode(".png", IMAGE), encoders.exif(6)),
    "lossy WebP": WEBP,
    "lossless WebP": encoders.encode(".webp", IMAGE, (cv2.IMWRITE_WEBP_QUALITY, 101)),
    "extended WebP": encoders.webp_with_exif(WEBP, 34, 21, encoders.exif(6)),
    "BMP": encoders.encode(".bmp", IMAGE),
    "TIFF": encoders.tiff(IMAGE, tags={274: 6}),
    "big-endian TIFF": encoders.tiff(IMAGE, ">", {274: 6}),
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_its_stored_size_and_orientation(name: str) -> None:
    data = FILES[name]
    turned = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert turned is not None
    orientation = 6 if turned.shape[:2] == (34, 21) else 1
    assert orientation == (1 if name in ("progressive JPEG", "lossy WebP", "lossless WebP", "BMP") else 6)
    assert read_header(data) == ImageHeader(name.split()[-1], 34, 21, orientation)


@pytest.mark.parametrize(("height", "header_size"), [(21, 40), (-21, 40), (21, 12)])
def test_bmp_headers_of_either_kind_and_direction_are_read(height: int, header_size: int) -> None:
    assert read_header(encoders.bmp(34, height, header_size)) == ImageHeader("BMP", 34, 21, 1)


def test_an_unknown_bmp_header_is_broken() -> None:
    with pytest.raises(ImageBrokenError, match="20 bytes"):
        read_header(b"BM" + bytes(12) + struct.pack("<I", 20) + bytes(40))


def test_no_bytes_are_an_empty_image() -> None:
    with pytest.raises(ImageEmptyError):
        read_header(b"")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"GIF89a" + bytes(20), "GIF"),
        (b"%PDF-1.7", "PDF"),
        (b"\0\0\0\x20ftypavif", "AVIF"),
        (b"\0\0\0\x20ftypheic", "HEIF image or a video: convert it to JPEG or PNG"),
        (b"II+\0\x08\0\0\0", "BigTIFF image: convert it to TIFF"),
        (b"data:image/png;base64,AAAA", "data URL"),
        (b"hello", "no image format we know"),
        (b"\xff", "no image format we know"),
    ],
)
def test_another_format_is_named_beside_the_accepted_ones(data: bytes, found: str) -> None:
    with pytest.raises(ImageFormatError, match=f"{found}.*; accepted are JPEG, PNG, BMP, WebP and TIFF"):
        read_header(data)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_out_of_range_is_upright(orientation: int) -> None:
    jpeg = encoders.encode(".jpg", IMAGE)
    assert read_header(encoders.jpeg_with_exif(jpeg, encoders.exif(orientation))).orientation == 1


def test_damaged_exif_does_not_spoil_the_image() -> None:
    jpeg = encoders.encode(".jpg", IMAGE)
    assert read_header(encoders.jpeg_with_exif(jpeg, encoders.exif(6)[:-9])) == ImageHeader("JPEG", 34, 21, 1)


def test_fill_bytes_and_stray_bytes_between_jpeg_segments_are_skipped() -> None:
    jpeg = encoders.encode(".jpg", IMAGE)
    assert read_header(jpeg[:2] + b"\xff" * 1000 + jpeg[3:]) == ImageHeader("JPEG", 34, 21, 1)
    assert read_header(jpeg[:2] + b"\xff\x00\x12" + jpeg[2:]) == ImageHeader("JPEG", 34, 21, 1)


@pytest.mark.parametrize("size", [(0, 5), (5, 0)])
def test_a_side_of_no_pixels_is_broken(size: tuple[int, int]) -> None:
    with pytest.raises(ImageBrokenError, match=f"{size[0]} × {size[1]}"):
        read_header(encoders.png(*size, 8, 0, b""))


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_off_anywhere_is_read_or_refused(name: str) -> None:
    whole = read_header(FILES[name])
    for length in range(len(FILES[name])):
        try:
            header = read_header(FILES[name][:length])
        except OcrError:
            continue
        assert (header.width, header.height) == (whole.width, whole.height)


@given(
    start=st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"BM", b"II*\0", b"MM\0*"])
    | st.sampled_from([b"RIFF\0\0\0\0WEBPVP8 ", b"RIFF\0\0\0\0WEBPVP8L", b"RIFF\0\0\0\0WEBPVP8X"]),
    rest=st.binary(max_size=200),
)
def test_any_bytes_give_a_header_or_an_error_of_ours(start: bytes, rest: bytes) -> None:
    try:
        header = read_header(start + rest)
    except OcrError:
        return
    assert header.width > 0
    assert header.height > 0
    assert 1 <= header.orientation <= 8


@given(name=st.sampled_from(sorted(FILES)), place=st.integers(0, 200), value=st.binary(min_size=1, max_size=4))
def test_a_damaged_file_gives_a_header_or_an_error_of_ours(name: str, place: int, value: bytes) -> None:
    data = FILES[name]
    try:
        read_header(data[:place] + value + data[place + len(value) :])
    except OcrError:
        return


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8" + b"\xff" * 20_000_000,
        b"\xff\xd8\xff" + b"\xff\x00" * 10_000_000,
        b"\xff\xd8" + b"\xff\xe0\x00\x02" * 5_000_000,
        b"\xff\xd8\xff\xe0\x00\x02" + b"\xff\xd0" * 10_000_000,
        encoders.png(1, 1, 8, 0, b"\0")[:33] + bytes(20_000_000),
        b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0" + bytes(20_000_000),
        b"II*\0\x08\0\0\0\xff\xff" + bytes(20_000_000),
    ],
    ids=["fill", "stuffed", "segments", "restarts", "chunks", "riff", "directory"],
)
def test_large_hostile_files_are_dealt_with_quickly(data: bytes) -> None:
    begin = time.perf_counter()
    with contextlib.suppress(OcrError):
        read_header(data)
    assert time.perf_counter() - begin < 1
