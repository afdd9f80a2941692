"""The corpus's files, made anew: pictures and PDFs of every kind that clients send, sound, odd, broken and hostile."""

import io
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pikepdf
import pillow_heif
from PIL import Image, ImageDraw, ImageFont

from tests.support.documents import pdf_of, saved, written
from tests.support.image_files import bmp, jpeg_with_exif, png_chunk, tiff, webp_with_exif

TEXT = "Order 4711"
SIZE = (240, 64)
BOMB = 30_000  # pixels a side
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def sound() -> Iterator[tuple[str, bytes]]:
    """Files that are read."""
    colour = _drawn()
    for extension, form in (("png", "PNG"), ("jpg", "JPEG"), ("bmp", "BMP"), ("webp", "WEBP"), ("tif", "TIFF")):
        yield f"plain.{extension}", _file(colour, form)
    yield "progressive.jpg", _file(colour, "JPEG", progressive=True)
    yield "grey.jpg", _file(colour.convert("L"), "JPEG")
    yield "cmyk.jpg", _file(colour.convert("CMYK"), "JPEG")
    yield "damaged_exif.jpg", jpeg_with_exif(_file(colour, "JPEG"), b"II*\0\xff\xff\xff\xff")
    yield "garbage_behind.jpg", _file(colour, "JPEG") + b"\xff\xd8\0" * 300
    yield "palette.png", _file(colour.convert("P"), "PNG")
    yield "one_bit.png", _file(colour.convert("1"), "PNG")
    yield "alpha.png", _file(_transparent(), "PNG")
    yield "grey_alpha.png", _file(_transparent().convert("LA"), "PNG")
    yield "sixteen_bit.png", _file(_sixteen_bit(), "PNG")
    yield "animated.png", _file(colour, "PNG", save_all=True, append_images=[_blank()])
    yield "palette.bmp", _file(colour.convert("P"), "BMP")
    yield "lossless.webp", _file(colour, "WEBP", lossless=True)
    yield "alpha.webp", _file(_transparent(), "WEBP")
    yield "animated.webp", _file(colour, "WEBP", save_all=True, append_images=[_blank()])
    yield "lzw.tif", _file(colour, "TIFF", compression="tiff_lzw")
    yield "fax.tif", _file(colour.convert("1"), "TIFF", compression="group4")
    yield "palette.tif", _file(colour.convert("P"), "TIFF")
    yield "cmyk.tif", _file(colour.convert("CMYK"), "TIFF")
    yield "sixteen_bit.tif", _file(_sixteen_bit(), "TIFF", compression="tiff_lzw")
    yield "pages.tif", _file(colour.convert("L"), "TIFF", save_all=True, append_images=[_blank().convert("L")])
    yield "big_endian.tif", tiff(np.asarray(colour.convert("L")), ">")
    yield "tiled.tif", _tiled(256)
    yield "png_named.jpg", _file(colour, "PNG")
    yield "jpeg_named.png", _file(colour, "JPEG")


def shapes() -> Iterator[tuple[str, bytes]]:
    """Sound files of odd shapes, without text."""
    for extension, form in (("png", "PNG"), ("jpg", "JPEG"), ("bmp", "BMP"), ("webp", "WEBP"), ("tif", "TIFF")):
        yield f"1x1.{extension}", _file(Image.new("RGB", (1, 1), "white"), form)
    yield "1x20000.png", _file(Image.new("L", (1, 20_000), 255), "PNG")
    yield "20000x1.tif", _file(Image.new("1", (20_000, 1), 1), "TIFF", compression="group4")
    yield "65500x1.jpg", _file(Image.new("L", (65_500, 1), 255), "JPEG", quality=10)
    yield "1x16383.webp", _file(Image.new("RGB", (1, 16_383), "white"), "WEBP", lossless=True)
    yield "no_ink.png", _file(Image.new("RGBA", (64, 64), (0, 0, 0, 0)), "PNG")


def broken() -> Iterator[tuple[str, bytes]]:
    """Files that are cut off, damaged or no pictures."""
    colour = _drawn()
    whole = {
        "png": _file(colour, "PNG"),
        "jpg": _file(colour, "JPEG"),
        "bmp": _file(colour, "BMP")[:4000],
        "webp": _file(colour, "WEBP"),
        "tif": _file(colour, "TIFF", compression="tiff_lzw"),
    }
    for extension, data in whole.items():
        yield f"cut_in_half.{extension}", data[: len(data) // 2]
        yield f"cut_in_header.{extension}", data[:20]
        yield f"zeros_behind_header.{extension}", data[:40] + bytes(len(data) - 40)
    yield "damaged_crc.png", whole["png"][:29] + b"\0\0\0\0" + whole["png"][33:]
    yield "damaged_pixels.png", _with(whole["png"], len(whole["png"]) // 2, b"\xff" * 40)
    yield "chunk_of_gigabytes.png", _with(whole["png"], 33, b"\x7f\xff\xff\xff")
    yield "no_size.png", PNG_SIGNATURE + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 0, 9, 8, 0, 0, 0, 0))
    yield "no_scan.jpg", whole["jpg"][: whole["jpg"].index(b"\xff\xda")] + b"\xff\xd9"
    yield "many_scans.jpg", _many_scans(1000)
    yield "unknown_header.bmp", b"BM" + bytes(12) + struct.pack("<I", 20) + bytes(40)
    yield "other_size.webp", webp_with_exif(whole["webp"], 500, 500, b"")
    yield "no_directory.tif", b"II*\0\xff\xff\xff\x7f" + bytes(40)
    yield "tiles_of_nothing.tif", _tiled(0)
    yield "float.tif", tiff(np.zeros((8, 8), np.float32))
    yield "many_samples.tif", tiff(np.zeros((8, 8), np.uint8), tags={277: 60_000})
    yield "plain.gif", _file(colour.convert("P"), "GIF")
    yield "animated.gif", _file(colour.convert("P"), "GIF", save_all=True, append_images=[_blank().convert("P")])
    yield "empty.png", b""
    yield "nul.jpg", bytes(2000)
    yield "text.png", b"This is no picture.\n"
    yield "page.jpg", b"<!doctype html><title>404</title>"


def bombs() -> Iterator[tuple[str, bytes]]:
    """Small files that say they are large."""
    yield "bomb.png", PNG_SIGNATURE + png_chunk(b"IHDR", struct.pack(">IIBBBBB", BOMB, BOMB, 8, 2, 0, 0, 0))
    jpeg = _file(_drawn(), "JPEG")
    yield "bomb.jpg", _with(jpeg, jpeg.index(b"\xff\xc0") + 5, struct.pack(">HH", BOMB, BOMB))
    yield "bomb.bmp", _with(bmp(4, 4, 40), 18, struct.pack("<ii", BOMB, BOMB))
    yield "bomb.webp", webp_with_exif(_file(_drawn(), "WEBP"), 1 << 24, 1 << 24, b"")
    yield "bomb.tif", tiff(np.zeros((1, 1), np.uint8), tags={256: BOMB, 257: BOMB})
    yield "bomb_of_tiles.tif", _tiled(BOMB)


def decoded() -> Iterator[tuple[str, bytes]]:
    """Pictures of formats that the REST route alone reads, by a process that decodes them: sound, cut, hostile."""
    pillow_heif.register_heif_opener()
    colour = _drawn()
    for extension, form in (("avif", "AVIF"), ("heic", "HEIF"), ("jp2", "JPEG2000")):
        data = _file(colour, form)
        yield f"plain.{extension}", data
        yield f"cut_in_half.{extension}", data[: len(data) // 2]
        yield f"zeros_behind_header.{extension}", data[:40] + bytes(len(data) - 40)
    yield "codestream.j2k", _file(colour, "JPEG2000", no_jp2=True)
    yield "several.heic", _file(colour, "HEIF", save_all=True, append_images=[_blank()])
    yield "animated.avif", _file(colour, "AVIF", save_all=True, append_images=[_blank()])
    gif = _file(colour.convert("P"), "GIF")
    yield "bomb.gif", _with(gif, 6, struct.pack("<HH", BOMB, BOMB))
    for extension, form in (("avif", "AVIF"), ("heic", "HEIF")):
        data = _file(colour, form)
        yield f"bomb.{extension}", _with(data, data.index(b"ispe") + 8, struct.pack(">II", BOMB, BOMB))
    data = _file(colour, "JPEG2000")
    yield "bomb.jp2", _with(data, data.index(b"ihdr") + 4, struct.pack(">II", BOMB, BOMB))


def pdfs() -> Iterator[tuple[str, bytes]]:
    """PDFs: the REST route alone reads them."""
    plain = pdf_of(written(TEXT, 20, 40, 30), size=(240, 100))
    yield "plain.pdf", plain
    yield "junk_before.pdf", b"\0" * 500 + plain
    yield "cut_in_half.pdf", plain[: len(plain) // 2]
    yield "header_alone.pdf", b"%PDF-1.7\n"
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        yield "password.pdf", saved(pdf, pikepdf.Encryption(owner="o", user="u"))
    yield "no_pages.pdf", saved(pikepdf.Pdf.new())
    yield "large_page.pdf", pdf_of(b"", size=(14_000, 14_000))


def _drawn() -> Image.Image:
    picture = _blank()
    ImageDraw.Draw(picture).text((20, 8), TEXT, "black", ImageFont.load_default(36))
    return picture


def _blank() -> Image.Image:
    return Image.new("RGB", SIZE, "white")


def _transparent() -> Image.Image:
    picture = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), mask=_drawn().convert("L").point(lambda value: 255 - value))
    return picture


def _sixteen_bit() -> Image.Image:
    return Image.fromarray(np.asarray(_drawn().convert("L")).astype(np.uint16) * 257)


def _file(picture: Image.Image, form: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def _with(data: bytes, place: int, new: bytes) -> bytes:
    return data[:place] + new + data[place + len(new) :]


def _tiled(side: int) -> bytes:
    """A grey TIFF of one deflated tile, with `side` in its directory and 256 in its data."""
    pixels = np.full((256, 256), 255, np.uint8)
    pixels[: SIZE[1], : SIZE[0]] = np.asarray(_drawn().convert("L"))
    data = zlib.compress(pixels.tobytes(), 9)
    tags = ((256, SIZE[0]), (257, SIZE[1]), (258, 8), (259, 8), (262, 1), (277, 1), (322, side), (323, side))
    entries = [struct.pack("<HHII", tag, 4, 1, value) for tag, value in (*tags, (324, 8), (325, len(data)))]
    data += bytes(len(data) % 2)
    directory = struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)
    return b"II*\0" + struct.pack("<I", 8 + len(data)) + data + directory


def _many_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan is there many times; each goes over all pixels again."""
    data = _file(Image.new("L", (64, 64), 128), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * count + data[-2:]
