import resource
import struct

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ocr_ops.errors import ImageBrokenError, ImageFormatError, ImageTooLargeError, OcrError
from ocr_ops.image import decode_image
from tests.support import image_files as encoders

PIXELS = 1_000_000


def assert_near(image: NDArray[np.uint8], expected: NDArray[np.generic], tolerance: int = 0) -> None:
    assert image.dtype == np.uint8
    assert image.shape == expected.shape
    assert np.abs(image.astype(int) - expected.astype(int)).max() <= tolerance


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WebP", "TIFF", "16-bit TIFF"])
def test_every_orientation_is_turned_upright_once(name: str, orientation: int) -> None:
    upright = encoders.quarters()
    image = encoders.stored(upright, orientation)
    height, width = image.shape[:2]
    block = encoders.exif(orientation)
    if name == "JPEG":
        data = encoders.jpeg_with_exif(encoders.encode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, 100)), block)
    elif name == "PNG":
        data = encoders.png_with_exif(encoders.encode(".png", image), block)
    elif name == "WebP":
        lossless = encoders.encode(".webp", image, (cv2.IMWRITE_WEBP_QUALITY, 101))
        data = encoders.webp_with_exif(lossless, width, height, block)
    else:
        depth: encoders.Pixels = image if name == "TIFF" else image.astype(np.uint16) * 257
        data = encoders.tiff(depth, tags={274: orientation})
    assert_near(decode_image(data, PIXELS), upright, 4 if name == "JPEG" else 0)


@pytest.mark.parametrize("extension", [".jpg", ".png", ".webp", ".bmp", ".tiff"])
def test_colour_images_decode_as_opencv_does_it(extension: str) -> None:
    image = np.random.default_rng(2).integers(0, 256, (31, 17, 3), dtype=np.uint8)
    data = encoders.encode(extension, image)
    expected = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert expected is not None
    assert_near(decode_image(data, PIXELS), expected)


@pytest.mark.parametrize("extension", [".jpg", ".png", ".webp", ".bmp", ".tiff"])
def test_grey_images_get_three_channels(extension: str) -> None:
    assert_near(decode_image(encoders.encode(extension, np.full((9, 7), 77, np.uint8)), PIXELS), np.full((9, 7, 3), 77))


@pytest.mark.parametrize("extension", [".png", ".tiff"])
@pytest.mark.parametrize("shape", [(5, 6), (5, 6, 3)])
def test_16_bits_are_scaled_to_8(extension: str, shape: tuple[int, ...]) -> None:
    image = np.full(shape, 1000, np.uint16)
    image[0] = 65535
    decoded = decode_image(encoders.encode(extension, image), PIXELS)
    assert decoded[0].min() == 255
    assert_near(decoded[1:], np.full((4, 6, 3), 4))


@pytest.mark.parametrize(("extension", "depth"), [(".png", 8), (".png", 16), (".webp", 8), (".tiff", 8), (".tiff", 16)])
def test_transparent_pixels_show_white(extension: str, depth: int) -> None:
    image: encoders.Pixels = np.zeros((3, 4, 4), np.uint8)
    image[:, :, 2] = 200
    image[:, :, 3] = np.array([(255,), (128,), (0,)])
    if depth == 16:
        image = image.astype(np.uint16) * 257
    data = encoders.tiff(image[:, :, (2, 1, 0, 3)], tags={338: 2}) if extension == ".tiff" else None
    decoded = decode_image(data or encoders.encode(extension, image, (cv2.IMWRITE_WEBP_QUALITY, 101)), PIXELS)
    assert_near(decoded[:, 0], np.array([(0, 0, 200), (127, 127, 227), (255, 255, 255)]), 1)


def test_a_tiff_with_premultiplied_alpha_is_not_multiplied_twice() -> None:
    image = np.zeros((2, 2, 4), np.uint8)
    image[:] = (100, 0, 0, 128)
    assert_near(decode_image(encoders.tiff(image, tags={338: 1}), PIXELS)[0, 0], np.array((127, 127, 227)), 1)


def test_white_writing_on_nothing_shows_on_black() -> None:
    image = np.full((8, 8, 4), 255, np.uint8)
    image[:, :4, 3] = 0
    decoded = decode_image(encoders.encode(".png", image), PIXELS)
    assert decoded[:, :4].max() == 0
    assert decoded[:, 4:].min() == 255


def test_an_image_of_nothing_is_white() -> None:
    assert decode_image(encoders.encode(".png", np.zeros((4, 4, 4), np.uint8)), PIXELS).min() == 255


def test_grey_with_alpha_is_composited() -> None:
    assert_near(decode_image(encoders.png(2, 1, 8, 4, bytes((40, 255, 40, 0))), PIXELS)[0, :, 0], np.array((40, 255)))


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_palettes_are_looked_up(depth: int) -> None:
    data = encoders.png(8, 2, depth, 3, bytes(depth), {b"PLTE": bytes((10, 20, 30, 40, 50, 60))})
    assert_near(decode_image(data, PIXELS), np.full((2, 8, 3), (30, 20, 10)))


def test_palettes_may_be_transparent() -> None:
    data = encoders.png(8, 2, 1, 3, b"\x0f", {b"PLTE": bytes((10, 20, 30, 40, 50, 60)), b"tRNS": b"\0"})
    decoded = decode_image(data, PIXELS)
    assert_near(decoded[:, :4], np.full((2, 4, 3), 255))
    assert_near(decoded[:, 4:], np.full((2, 4, 3), (60, 50, 40)))


def test_a_fax_page_of_one_bit_a_pixel_is_black_and_white() -> None:
    decoded = decode_image(encoders.png(8, 2, 1, 0, b"\x0f"), PIXELS)
    assert_near(decoded[0, :, 0], np.array([0] * 4 + [255] * 4))


def test_cmyk_is_turned_into_colours() -> None:
    cyan = np.zeros((16, 16, 4), np.uint8)
    cyan[:, :, 0] = 255
    assert_near(decode_image(encoders.tiff(cyan, tags={262: 5}), PIXELS), np.full((16, 16, 3), (255, 255, 0)))


def test_floating_point_samples_are_refused_with_a_reason() -> None:
    with pytest.raises(ImageFormatError, match="1 samples of 32 bits"):
        decode_image(encoders.tiff(np.zeros((4, 4), np.float32)), PIXELS)


def test_too_many_pixels_are_refused_from_the_header_alone() -> None:
    with pytest.raises(ImageTooLargeError) as caught:
        decode_image(encoders.tiff(np.zeros((1, 1), np.uint8), tags={256: 50_000, 257: 40_000}), 40_000_000)
    for part in ("50000 × 40000", "2000.0 megapixels", "max_image_pixels", "40000000"):
        assert part in str(caught.value)
    assert caught.value.code == "image_too_large"


def test_as_many_pixels_as_allowed_are_decoded() -> None:
    assert decode_image(encoders.encode(".png", np.zeros((10, 10), np.uint8)), 100).shape == (10, 10, 3)


@pytest.mark.parametrize("name", [b"IDAT", b"tEXt"])
def test_a_png_chunk_that_claims_gigabytes_is_broken_before_memory_is_taken(name: bytes) -> None:
    data = encoders.png(4, 4, 8, 0, bytes(4), {b"tEXt": b"a\0b"})
    place = data.index(name)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ImageBrokenError):
        decode_image(data[: place - 4] + b"\x7f\xff\xff\xff" + data[place:], PIXELS)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize("extension", [".jpg", ".png", ".webp", ".bmp", ".tiff"])
def test_a_file_cut_in_half_is_broken(extension: str) -> None:
    data = encoders.encode(extension, np.random.default_rng(3).integers(0, 256, (50, 50, 3), dtype=np.uint8))
    with pytest.raises(ImageBrokenError):
        decode_image(data[: len(data) // 2], PIXELS)


def test_a_header_that_lies_about_the_size_is_broken() -> None:
    data = encoders.encode(".webp", np.zeros((10, 10, 3), np.uint8))
    with pytest.raises(ImageBrokenError):
        decode_image(encoders.webp_with_exif(data, 500, 500, b""), PIXELS)
    jpeg = encoders.encode(".jpg", np.zeros((10, 10, 3), np.uint8))
    frame = jpeg.index(b"\xff\xc0") + 5
    with pytest.raises(ImageBrokenError):
        decode_image(jpeg[:frame] + struct.pack(">HH", 0, 10) + jpeg[frame + 4 :], PIXELS)


FILES = [
    encoders.encode(extension, np.random.default_rng(4).integers(0, 256, (12, 9, 4), dtype=np.uint8)[:, :, :channels])
    for extension, channels in [(".jpg", 3), (".png", 3), (".png", 4), (".webp", 3), (".bmp", 3), (".tiff", 3)]
]


@settings(max_examples=300)
@given(data=st.sampled_from(FILES), place=st.integers(0, 600), value=st.binary(min_size=1, max_size=3))
def test_a_damaged_file_gives_an_image_or_an_error_of_ours(data: bytes, place: int, value: bytes) -> None:
    try:
        image = decode_image(data[:place] + value + data[place + len(value) :], 10_000)
    except OcrError:
        return
    assert image.dtype == np.uint8
    assert image.flags["C_CONTIGUOUS"]
    assert image.ndim == 3
    assert image.shape[0] * image.shape[1] <= 10_000
    assert image.shape[2] == 3
