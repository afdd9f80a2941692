import contextlib
import io
import struct
import time
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, TiffImagePlugin

from ocr_ops.errors import ImageBrokenError, ImageTooLargeError, OcrError
from ocr_ops.image import TiffPages, check_size, decode_image, read_header
from tests.support import image_files as encoders

SIZES = ((120, 60), (60, 130), (97, 33))
SIDE = 32  # of a tile
MODES = ("1", "L", "P", "RGB", "RGBA", "CMYK", "I;16")
COMPRESSIONS = ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "group3", "group4")


def frames(mode: str = "L", sizes: Sequence[tuple[int, int]] = SIZES) -> list[Image.Image]:
    """A picture of each size, with its number in it."""
    made = []
    for number, size in enumerate(sizes):
        picture = Image.new("L", size, 255)
        ImageDraw.Draw(picture).text((4, 2), f"{number}", 0, ImageFont.load_default(24))
        if mode == "I;16":
            made.append(Image.fromarray(np.asarray(picture).astype(np.uint16) * 257))
        else:
            made.append(picture.convert(mode))
    return made


def tiff(pictures: Sequence[Image.Image], **options: object) -> bytes:
    file = io.BytesIO()
    pictures[0].save(file, "TIFF", save_all=True, append_images=pictures[1:], **options)
    return file.getvalue()


def by_opencv(data: bytes) -> Sequence[NDArray[Any]]:
    """All pages, as OpenCV decodes them when it steps through the file itself."""
    done, pages = cv2.imdecodemulti(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert done
    return pages


def chain(order: encoders.Order, directories: Sequence[tuple[int, bytes]], size: int = 0) -> bytes:
    """A TIFF of directories without entries at given places, each with what it says to be the next one's place."""
    data = bytearray(size)
    for place, link in directories:
        data[place : place + 2 + len(link)] = b"\0\0" + link
    data[:8] = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", directories[0][0])
    return bytes(data)


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("mode", MODES)
def test_each_page_is_decoded_as_in_the_whole_file(mode: str, compression: str) -> None:
    try:
        data = tiff(frames(mode), compression=compression)
    except OSError:  # libtiff knows no such TIFF
        return
    expected = by_opencv(data)
    pages = TiffPages.of(data)
    assert len(pages) == len(expected) == 3
    for number, pixels in enumerate(expected, 1):
        picture = pages.picture(number)
        assert len(picture) < len(data)
        found = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_UNCHANGED)
        assert found is not None
        assert np.array_equal(found, pixels)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_page_keeps_its_byte_order_orientation_and_resolution(order: encoders.Order) -> None:
    pixels = np.arange(24, dtype=np.uint8).reshape(4, 6)
    one = encoders.tiff(pixels, order, {274: 6})
    (first,) = struct.unpack_from(order + "I", one, 4)
    (count,) = struct.unpack_from(order + "H", one, first)
    end = first + 2 + 12 * count
    # Two pages: the second directory is the first one again, elsewhere.
    second = len(one) + len(one) % 2
    data = one[:end] + struct.pack(order + "I", second) + one[end + 4 :].ljust(second - end - 4, b"\0")
    data += one[first:end] + bytes(4)
    pages = TiffPages.of(data)
    assert len(pages) == 2
    for number in (1, 2):
        assert read_header(pages.picture(number)) == read_header(one)
        assert np.array_equal(decode_image(pages.picture(number), 99), decode_image(one, 99))
    with Image.open(io.BytesIO(TiffPages.of(tiff(frames(), dpi=(300, 300))).picture(2))) as opened:
        assert opened.info["dpi"] == (300, 300)


def test_the_only_page_is_the_file_itself() -> None:
    data = encoders.tiff(np.zeros((4, 6), np.uint8))
    assert TiffPages.of(data).picture(1) is data


def test_tiles_are_cut_out_too() -> None:
    tile = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE), dtype=np.uint8)
    length = SIDE * SIDE
    data = b"II*\0" + struct.pack("<I", 8 + length)
    for pixels in (tile, tile[::-1]):
        tags = [(256, SIDE), (257, SIDE), (258, 8), (259, 1), (262, 1), (277, 1), (322, SIDE), (323, SIDE)]
        tags += [(324, len(data)), (325, length)]
        directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
        end = len(data) + length + 2 + len(directory) + 4
        data += pixels.tobytes() + struct.pack("<H", len(tags)) + directory
        data += struct.pack("<I", end + length if pixels is tile else 0)
    pages = TiffPages.of(data)
    assert len(pages) == 2
    for number, pixels in ((1, tile), (2, tile[::-1])):
        assert np.array_equal(decode_image(pages.picture(number), length)[:, :, 0], pixels)


def test_smaller_versions_and_masks_are_no_pages() -> None:
    pictures = frames()
    for picture, kind in zip(pictures, (0, 1, 4), strict=True):
        directory = TiffImagePlugin.ImageFileDirectory_v2()
        directory[254] = kind
        picture.encoderinfo = {"tiffinfo": directory}
    data = tiff(pictures)
    assert len(by_opencv(data)) == 3
    pages = TiffPages.of(data)
    assert len(pages) == 1
    assert read_header(pages.picture(1)).width == SIZES[0][0]


def test_a_file_of_nothing_but_a_smaller_version_has_it_as_its_page() -> None:
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory[254] = 1
    data = tiff(frames()[:1], tiffinfo=directory)
    assert TiffPages.of(data).picture(1) is data


def test_each_page_has_a_size_that_is_known_before_it_is_decoded() -> None:
    data = tiff(frames("1", ((20, 20), (3000, 400), (20, 20))), compression="group4")
    pages = TiffPages.of(data)
    with pytest.raises(ImageTooLargeError, match="3000 × 400"):
        check_size(read_header(pages.picture(2)), 1_000_000)
    check_size(read_header(pages.picture(3)), 1_000_000)


@pytest.mark.parametrize("order", ["<", ">"])
def test_directories_that_form_a_circle_are_broken(order: encoders.Order) -> None:
    for links in ([(8, 8)], [(8, 20), (20, 8)], [(8, 20), (20, 40), (40, 20)]):
        data = chain(order, [(place, struct.pack(order + "I", link)) for place, link in links], 60)
        with pytest.raises(ImageBrokenError, match=f"after page {len(links)} its directories begin anew"):
            TiffPages.of(data)


@pytest.mark.parametrize("link", [60, 59, 1 << 31, (1 << 32) - 1])
def test_a_directory_outside_the_file_is_broken(link: int) -> None:
    with pytest.raises(ImageBrokenError, match="the directory of page 2 is cut off"):
        TiffPages.of(chain("<", [(8, struct.pack("<I", link))], 60))


def test_a_file_of_too_many_directories_is_refused_in_no_time() -> None:
    places = [8 + 6 * number for number in range(1_000_000)]
    links = np.zeros(len(places), [("count", "<u2"), ("next", "<u4")])
    links["next"] = [*places[1:], 0]
    started = time.perf_counter()
    with pytest.raises(ImageBrokenError, match="more than 10000 pages"):
        TiffPages.of(b"II*\0\x08\0\0\0" + links.tobytes())
    assert time.perf_counter() - started < 1


def test_values_that_overlap_do_not_make_a_page_larger_than_its_file() -> None:
    size = 1 << 20
    tags = (256, 257, 258, 259, 262, 266, 277, 278, 282, 283, 292, 320, 347, 529, 532)
    entries = [struct.pack("<HHII", tag, 1, size // 2, 400) for tag in tags]
    entries += [struct.pack("<HHII", 273, 4, 1, 8), struct.pack("<HHII", 279, 4, 1, size)]
    directory = struct.pack("<H", len(entries)) + b"".join(sorted(entries))
    data = b"II*\0\x08\0\0\0" + directory + struct.pack("<I", 300) + bytes(80)
    data = data.ljust(300, b"\0") + bytes(6)
    pages = TiffPages.of(data.ljust(size, b"\0"))
    with pytest.raises(ImageBrokenError, match="more bytes than the file"):
        pages.picture(1)


@pytest.mark.parametrize("places", [0, 7, (1 << 32) - 1])
@pytest.mark.parametrize("lengths", [0, (1 << 32) - 1])
def test_strips_outside_the_file_are_the_decoder_s_to_refuse(places: int, lengths: int) -> None:
    data = bytearray(tiff(frames()))
    pages = TiffPages.of(bytes(data))
    at = pages.places[1]
    (count,) = struct.unpack_from("<H", data, at)
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        (tag,) = struct.unpack_from("<H", data, entry)
        if tag in (273, 279):
            struct.pack_into("<HII", data, entry + 2, 4, 1, lengths if tag == 279 else places)
    picture = TiffPages.of(bytes(data)).picture(2)
    assert len(picture) <= 2 * len(data)
    with contextlib.suppress(OcrError):
        decode_image(picture, 100_000)


@given(data=st.data())
def test_a_damaged_file_gives_pages_or_an_error(data: st.DataObject) -> None:
    file = bytearray(DAMAGED[data.draw(st.sampled_from(sorted(DAMAGED)))])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(file) - 4))
        file[place : place + 4] = data.draw(st.binary(min_size=4, max_size=4))
    with contextlib.suppress(OcrError):
        pages = TiffPages.of(bytes(file))
        assert 1 <= len(pages) <= 10_000
        for number in range(1, min(len(pages), 4) + 1):
            with contextlib.suppress(OcrError):
                picture = pages.picture(number)
                assert len(picture) <= 2 * len(file) + 1000
                decode_image(picture, 100_000)


@given(start=st.sampled_from([b"", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"]), rest=st.binary(max_size=80))
def test_any_bytes_give_pages_or_an_error(start: bytes, rest: bytes) -> None:
    with contextlib.suppress(ImageBrokenError):
        pages = TiffPages.of(start + rest)
        for number in range(1, len(pages) + 1):
            with contextlib.suppress(ImageBrokenError):
                pages.picture(number)


DAMAGED = {
    "raw": tiff(frames("RGB", ((9, 5), (7, 8)))),
    "lzw": tiff(frames("L"), compression="tiff_lzw"),
    "fax": tiff(frames("1"), compression="group4"),
    "jpeg": tiff(frames("RGB"), compression="jpeg"),
}
