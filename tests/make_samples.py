"""Draw the sample pictures of the tests and write down what they say: `python -m tests.make_samples`.

The pictures are committed, so that tests compare with pictures that never change; OpenCV's built-in font draws them.
"""

import json
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.support.image_files import encode, exif, jpeg_with_exif
from tests.support.paths import SAMPLES

BLACK, WHITE = (20, 20, 20), (255, 255, 255)
FONT = cv2.FontFace("uni")

Image = NDArray[np.uint8]
DeepImage = NDArray[np.uint16]

PICTURES: dict[str, list[str]] = {
    "invoice.png": ["Invoice 2024-118", "Total: 1,284.50 EUR", "Due 30 November", "Thank you!"],
    "notice.jpg": ["图书馆开放时间", "周一至周五 9:00-21:00", "节假日闭馆", "请保持安静"],
    "mixed.jpg": ["欢迎光临 Welcome", "电话 010-62531234", "北京市海淀区"],
    "tilted.jpg": ["Platform 9", "Departure 18:45"],
    "upside_down.png": ["This side up", "Handle with care"],
    "sideways_exif.jpg": ["Orientation six", "turned by the camera"],
    "transparent.png": ["Dark text on nothing"],
    "sixteen_bit.png": ["65535 shades of grey"],
    "grey.png": ["Monochrome 128"],
    "poster.jpg": ["春季书展", "SPRING BOOK FAIR", "四月十八日至二十日", "Hall 3, Gate B", "免费入场 Free entry"],
    "blank.png": [],
}


def write_lines(lines: list[str], width: int, size: int = 34, ink: tuple[int, ...] = BLACK) -> Image:
    """A white picture with a line of text every two text heights."""
    image = np.full((int(size * (2 * len(lines) + 1)), width, 3), 255, np.uint8)
    for row, line in enumerate(lines):
        cv2.putText(image, line, (size, int(size * (2 * row + 1.6))), ink, FONT, size)
    return image


def write_strip(lines: list[str], size: int, margin: int = 4) -> Image:
    """A white picture with no more around its lines than whoever cuts a line out of a screen leaves."""
    width = max(cv2.getTextSize((0, 0), line, (0, 0), FONT, size)[2] for line in lines) + 2 * margin
    pitch = round(1.35 * size)
    image = np.full((pitch * len(lines) + 2 * margin, width, 3), 255, np.uint8)
    for row, line in enumerate(lines):
        cv2.putText(image, line, (margin, margin + pitch * row + size), BLACK, FONT, size)
    return image


def write_columns(columns: list[str], size: int = 34) -> Image:
    """A white picture of columns from right to left, every two text widths, each written from top to bottom."""
    longest = max(len(column) for column in columns)
    image = np.full((int(size * (1.1 * longest + 2)), size * (2 * len(columns) + 1), 3), 255, np.uint8)
    for index, column in enumerate(columns):
        for row, character in enumerate(column):
            place = (image.shape[1] - size * 2 * (index + 1), int(size * (1.1 * row + 2)))
            cv2.putText(image, character, place, BLACK, FONT, size)
    return image


def draw_poster(lines: list[str]) -> Image:
    """A title across a tilted band and lines of different sizes and colours on a dark slope of colour."""
    height, width = 460, 640
    slope = np.linspace(0, 1, height)[:, None, None]
    image = np.tile((90, 30, 20) + slope * np.array((40, 30, 110)), (1, width, 1)).astype(np.uint8)
    cv2.fillPoly(image, [np.array([(0, 60), (640, 20), (640, 130), (0, 170)])], (60, 200, 250))
    title = np.full_like(image, 255)
    cv2.putText(title, lines[0], (170, 120), (60, 20, 20), FONT, 74)
    turned = np.asarray(
        cv2.warpAffine(title, cv2.getRotationMatrix2D((320, 95), 3.6, 1), (width, height), borderValue=WHITE)
    )
    image = np.where(turned < 200, turned, image).astype(np.uint8)
    places = [((90, 235), 44), ((140, 300), 34), ((60, 360), 26), ((330, 420), 30)]
    inks = [(255, 255, 255), (180, 240, 255), (200, 255, 200), (255, 220, 160)]
    for line, (place, size), ink in zip(lines[1:], places, inks, strict=True):
        cv2.putText(image, line, place, ink, FONT, size)
    return image


def tilt(image: Image, degrees: float) -> Image:
    """The picture turned about its centre, on white."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.9)
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), borderValue=WHITE), np.uint8)


def add_noise(image: Image, seed: int) -> Image:
    """Grain and a slight slope of light, as a photograph has."""
    rng = np.random.default_rng(seed)
    light = np.linspace(0.82, 1.0, image.shape[1])[None, :, None]
    return np.clip(image * light + rng.normal(0, 4, image.shape), 0, 255).astype(np.uint8)


def draw(name: str, lines: list[str]) -> bytes:
    """The file of one sample."""
    if name == "blank.png":
        return _encode(".png", np.full((240, 320, 3), 255, np.uint8))
    if name == "poster.jpg":
        return _encode(".jpg", add_noise(draw_poster(lines), seed=1))
    image = write_lines(lines, 560)
    if name == "tilted.jpg":
        image = tilt(image, 8)
    if name == "upside_down.png":
        image = np.ascontiguousarray(image[::-1, ::-1])
    if name == "transparent.png":
        alpha = 255 - cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        image = np.dstack([np.full_like(image, 20), alpha])
    if name == "sixteen_bit.png":
        return _encode(".png", image.astype(np.uint16) * 257)
    if name == "grey.png":
        return _encode(".png", np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8))
    if name == "sideways_exif.jpg":
        # Orientation 6: turned clockwise by 90 degrees it stands upright, so it is stored turned the other way.
        stored = np.asarray(cv2.rotate(image, cv2.ROTATE_90_COUNTERCLOCKWISE), np.uint8)
        return jpeg_with_exif(_encode(".jpg", stored), exif(6))
    if name.endswith(".jpg"):
        image = add_noise(image, seed=len(name))
    return _encode(Path(name).suffix, image)


def _encode(suffix: str, image: Image | DeepImage) -> bytes:
    parameters = (cv2.IMWRITE_JPEG_QUALITY, 85) if suffix == ".jpg" else (cv2.IMWRITE_PNG_COMPRESSION, 9)
    return encode(suffix, image, parameters)


def main() -> None:
    """Write every sample and `truth.json`."""
    SAMPLES.mkdir(exist_ok=True)
    for name, lines in PICTURES.items():
        (SAMPLES / name).write_bytes(draw(name, lines))
    (SAMPLES / "truth.json").write_text(json.dumps(PICTURES, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
