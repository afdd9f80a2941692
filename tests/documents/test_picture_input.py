from typing import Any

import numpy as np
import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ocr_ops.errors import ImageTooLargeError, OcrError
from ocr_ops.image import decode_image
from pdserving.documents.picture_formats import PictureFormat, decoded_format
from pdserving.documents.picture_input import decode_picture
from tests.support.documents import file_of
from tests.support.image_files import quarters, stored

pillow_heif.register_heif_opener()
# The format's name in Pillow, options by which it is written well, and how far a pixel may then be off.
KINDS: dict[PictureFormat, tuple[str, dict[str, Any], int]] = {
    "GIF": ("GIF", {}, 0),
    "AVIF": ("AVIF", {"quality": 95, "subsampling": "4:4:4"}, 6),
    "HEIC": ("HEIF", {"quality": 95, "chroma": 444}, 8),
    "JPEG 2000": ("JPEG2000", {}, 0),
}
MOST = 10**6


def picture(mode: str = "RGB") -> Image.Image:
    return Image.fromarray(quarters()).convert(mode)


def written(kind: PictureFormat, *frames: Image.Image, **options: object) -> bytes:
    name, well, _ = KINDS[kind]
    return file_of(name, *frames, **{**well, **options})


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_format_is_decoded_to_what_was_written(kind: PictureFormat, mode: str) -> None:
    if kind == "JPEG 2000" and mode in ("1", "P"):  # it has neither
        mode = "L"
    shown = picture(mode)
    data = written(kind, shown)
    assert decoded_format(data) == kind
    decoded = decode_picture(data, MOST)
    found = decode_image(decoded.image, MOST)
    expected = np.asarray(shown.convert("RGB"))[:, :, ::-1]
    assert np.abs(found.astype(int) - expected).max() <= KINDS[kind][2]
    assert not decoded.several


@pytest.mark.parametrize("kind", KINDS)
def test_transparent_pixels_become_white(kind: PictureFormat) -> None:
    shown = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    shown.paste((0, 0, 0, 255), (0, 0, 20, 20))
    found = decode_image(decode_picture(written(kind, shown), MOST).image, MOST)
    assert found[10, 5].max() < 10
    assert found[10, 35].min() > 245


@pytest.mark.parametrize("kind", ["AVIF", "HEIC"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_its_exif_says(kind: PictureFormat, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = written(kind, Image.fromarray(stored(quarters(), orientation)), exif=exif.tobytes())
    found = decode_image(decode_picture(data, MOST).image, MOST)
    assert found.shape == quarters().shape
    assert np.abs(found.astype(int) - quarters()).mean() < 3


def test_grey_of_sixteen_bits_becomes_eight() -> None:
    values = np.linspace(0, 65535, 60).astype(np.uint16)
    shown = Image.fromarray(np.repeat(values[None], 20, axis=0))
    found = decode_image(decode_picture(written("JPEG 2000", shown), MOST).image, MOST)
    assert np.abs(found[5, :, 0].astype(int) - values // 257).max() <= 1


def test_a_codestream_alone_is_jpeg_2000() -> None:
    data = written("JPEG 2000", picture(), no_jp2=True)
    assert decoded_format(data) == "JPEG 2000"
    assert np.array_equal(decode_image(decode_picture(data, MOST).image, MOST), quarters())


@pytest.mark.parametrize("kind", ["GIF", "AVIF", "HEIC"])
def test_of_several_the_first_is_decoded(kind: PictureFormat) -> None:
    decoded = decode_picture(written(kind, picture(), Image.new("RGB", (60, 40), "white")), MOST)
    assert decoded.several
    assert np.abs(decode_image(decoded.image, MOST).astype(int) - quarters()).mean() < 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_of_too_many_pixels_is_refused_by_its_header(kind: PictureFormat) -> None:
    with pytest.raises(ImageTooLargeError, match="60 × 40"):
        decode_picture(written(kind, picture()), 60 * 40 - 1)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "AVIF"),
        (b"\0\0\0\x14ftypmif1\0\0\0\0mif1heic", None),  # the brand stands behind the box
        (b"\0\0\0\x18ftypisom\0\0\0\0mp41mp42", None),
        (b"\xff\xff\xff\xffftypmif1" + b"\0" * 2000 + b"heic", None),
        (b"GIF90a", None),
        (b"", None),
    ],
)
def test_a_format_is_told_by_how_a_file_begins(data: bytes, kind: PictureFormat | None) -> None:
    assert decoded_format(data) == kind


@given(data=st.data())
def test_a_damaged_picture_is_decoded_or_refused(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(SOUND)))
    file = bytearray(SOUND[kind])
    for _ in range(data.draw(st.integers(1, 5))):
        file[data.draw(st.integers(12, len(file) - 1))] = data.draw(st.integers(0, 255))
    try:
        decoded = decode_picture(bytes(file[: data.draw(st.integers(20, len(file)))]), MOST)
    except (OcrError, MemoryError):
        return
    assert decode_image(decoded.image, MOST).size


SOUND = {kind: written(kind, picture()) for kind in KINDS}
